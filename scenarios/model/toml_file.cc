#include "scenarios/model/toml_file.h"

#include <filesystem>
#include <fstream>
#include <system_error>

namespace workbench::scenarios {

std::string text_of_toml_file(const std::string& file, std::string_view what) {
  constexpr std::size_t kMostBytes = 1 << 20;
  const auto refuse = [&](std::string_view why) {
    throw TomlFileError(fmt::format("{}:1: {}; {} is a .toml file", file, why, what));
  };
  std::error_code unknown;
  const auto status = std::filesystem::status(file, unknown);
  if (std::filesystem::is_directory(status)) refuse("is a directory");
  // Do not open a named pipe: the call would wait for another process to write to it.
  if (std::filesystem::is_other(status)) refuse("is not a regular file");
  std::ifstream in(file, std::ios::binary);
  // Read one byte more than is allowed, to see whether the file is too large.
  std::string text(kMostBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) refuse("cannot be read");
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMostBytes) refuse(fmt::format("has more than {} bytes", kMostBytes));
  return text;
}

toml::table parse_toml(std::string_view text, const std::string& file) {
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    throw TomlFileError(
        fmt::format("{}:{}: not TOML: {}", file, error.source().begin.line, error.description()));
  }
}

}  // namespace workbench::scenarios
