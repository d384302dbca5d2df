// A fuzz target for the parser of scenario files: whatever the bytes, it gives a scenario or one
// line that says what is wrong.
//
// Built with clang and -fsanitize=fuzzer (preset `fuzz`) it explores; otherwise it comes with a
// driver that reads a corpus, and mutates each file of it a little, with a fixed seed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/model/scenario_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace workbench::scenarios;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    parse_scenario(text, "fuzz.toml", {"naive"});
  } catch (const TomlFileError& error) {
    const std::string_view what = error.what();
    const bool one_line = std::none_of(
        what.begin(), what.end(), [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; });
    if (!one_line || !what.starts_with("fuzz.toml:")) {
      std::fprintf(stderr, "not one line with file and line: %s\n", error.what());
      std::abort();
    }
  }
  return 0;
}

#ifndef WORKBENCH_LIBFUZZER
namespace {

using Bytes = std::vector<std::uint8_t>;

// Changes, drops, doubles or moves a few bytes.
Bytes mutated(Bytes bytes, std::mt19937& random) {
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  for (std::size_t change = 0; change < 1 + below(4) && !bytes.empty(); ++change) {
    const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size()));
    switch (below(4)) {
      case 0:
        *at = static_cast<std::uint8_t>(below(256));
        break;
      case 1:
        bytes.erase(at, at + std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(below(20)),
                                                      bytes.end() - at));
        break;
      case 2:
        bytes.insert(at, static_cast<std::uint8_t>(below(256)));
        break;
      default:
        std::swap(*at, bytes[below(bytes.size())]);
    }
  }
  return bytes;
}

}  // namespace

// usage: fuzz_scenario CORPUS_DIRECTORY...
// WORKBENCH_FUZZ_SEED and WORKBENCH_FUZZ_MUTATIONS choose other mutations, and more of them.
int main(int argc, char** argv) {
  const auto chosen = [](const char* name, int otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : std::atoi(value);
  };
  const int mutations_of_each = chosen("WORKBENCH_FUZZ_MUTATIONS", 300);
  std::mt19937 random(static_cast<std::mt19937::result_type>(chosen("WORKBENCH_FUZZ_SEED", 1)));
  std::set<std::filesystem::path> files;  // in one order everywhere, so that a failure comes again
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      files.insert(entry.path());
    }
  }
  for (const std::filesystem::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    const Bytes bytes{std::istreambuf_iterator<char>(in), {}};
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    for (int k = 0; k < mutations_of_each; ++k) {
      const Bytes other = mutated(bytes, random);
      LLVMFuzzerTestOneInput(other.data(), other.size());
    }
  }
  std::printf("%zu files, %d mutations of each\n", files.size(), mutations_of_each);
  return files.empty() ? EXIT_FAILURE : EXIT_SUCCESS;
}
#endif
