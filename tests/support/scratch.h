/// @file
/// Files for the length of a test.
#pragma once

#include <stdlib.h>  // mkdtemp

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace workbench::testing {

/// A directory that is removed with all that is in it.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "workbench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      throw std::system_error(errno, std::generic_category(), "mkdtemp");
    }
    path_ = name;
  }
  Scratch(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

  /// Writes a file. Returns its path.
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

/// A scenario of one's own.
class ScenarioFile {
 public:
  explicit ScenarioFile(const std::string& text, const std::string& name = "mine.toml")
      : path_(scratch_.write(name, text)) {}

  const std::string& path() const { return path_; }

 private:
  Scratch scratch_;
  std::string path_;
};

}  // namespace workbench::testing
