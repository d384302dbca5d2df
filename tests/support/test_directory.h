/// @file
/// Files for the length of a test.
#pragma once

#include <fstream>
#include <string>

#include "scenarios/process/temporary_directory.h"

namespace workbench::testing {

/// A directory to write to.
class TestDirectory : public scenarios::TemporaryDirectory {
 public:
  /// Writes a file. Returns its path.
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path() / name, std::ios::binary) << text;
    return (path() / name).string();
  }
};

/// A file that goes with the test.
class TestFile {
 public:
  explicit TestFile(const std::string& text, const std::string& name = "file")
      : path_(directory_.write(name, text)) {}

  const std::string& path() const { return path_; }

 private:
  TestDirectory directory_;
  std::string path_;
};

/// A scenario of one's own.
class ScenarioFile : public TestFile {
 public:
  explicit ScenarioFile(const std::string& text) : TestFile(text, "mine.toml") {}
};

}  // namespace workbench::testing
