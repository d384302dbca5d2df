/// @file
/// A value that a child process hands to its parent, through a file without a name that both have
/// open.
///
///     ChildResult<RunResult> told;                     // before the fork
///     told.write(result);                              // in the child
///     std::optional<RunResult> result = told.read();   // in the parent, once the child has ended
///
/// A file and not a pipe: a pipe holds only so much, and then its writer must wait for a reader.
/// Into a file the child can write everything, and end before anybody reads.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cereal/archives/binary.hpp>
#include <cerrno>
#include <exception>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>

#include "core/posix/unique_fd.h"

namespace workbench::scenarios {

template <class Value>
class ChildResult {
 public:
  /// Throws std::system_error.
  ChildResult() : file_(memfd_create("child-result", MFD_CLOEXEC)) {
    if (!file_) throw std::system_error(errno, std::generic_category(), "memfd_create");
  }

  /// Throws std::system_error, and whatever the serialization of the value throws.
  void write(const Value& value) const {
    std::ostringstream stream;
    cereal::BinaryOutputArchive archive(stream);
    archive(value);
    const std::string bytes = stream.str();
    for (std::size_t written = 0; written < bytes.size();) {
      const ssize_t some = ::write(file_.get(), bytes.data() + written, bytes.size() - written);
      if (some < 0) throw std::system_error(errno, std::generic_category(), "write");
      written += static_cast<std::size_t>(some);
    }
  }

  /// Empty if the child ended before it had written the value, or has written something else.
  std::optional<Value> read() const {
    std::stringstream stream;
    std::array<char, 1 << 16> buffer{};
    lseek(file_.get(), 0, SEEK_SET);
    for (ssize_t some = 0; (some = ::read(file_.get(), buffer.data(), buffer.size())) > 0;) {
      stream.write(buffer.data(), some);
    }
    try {
      cereal::BinaryInputArchive archive(stream);
      Value value;
      archive(value);
      return value;
    } catch (
        const std::exception&) {  // also where it says that there is more than fits into memory
      return std::nullopt;
    }
  }

  /// The file: a child that closes all others must keep it.
  int descriptor() const { return file_.get(); }

 private:
  posix::UniqueFd file_;
};

}  // namespace workbench::scenarios
