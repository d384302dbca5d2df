/// @file
/// A directory for files that nobody wants to keep.
#pragma once

#include <cerrno>
#include <cstdlib>  // mkdtemp
#include <filesystem>
#include <string>
#include <system_error>

namespace workbench::scenarios {

/// The destructor removes the directory and everything in it.
class TemporaryDirectory {
 public:
  /// Throws std::system_error if it cannot be made.
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "workbench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      throw std::system_error(errno, std::generic_category(), "mkdtemp");
    }
    path_ = name;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace workbench::scenarios
