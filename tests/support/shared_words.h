/// @file
/// For tests of a worker that writes where it should not.
#pragma once

#include <cstdint>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace workbench::testing {

/// All the memory that this process shares with others, word by word.
inline std::vector<std::uint64_t*> shared_words() {
  std::vector<std::uint64_t*> words;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find("rw-s") == std::string::npos) continue;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    char dash = 0;
    std::istringstream(line) >> std::hex >> begin >> dash >> end;
    for (; begin < end; begin += sizeof begin) {
      words.push_back(
          reinterpret_cast<std::uint64_t*>(begin));  // NOLINT(performance-no-int-to-ptr)
    }
  }
  return words;
}

/// Writes 64 bits somewhere into that memory: half of the times into a word that is in use, because
/// most of the memory is the inside of rings.
inline void write_somewhere(unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t*> words = shared_words();
  if (seed % 2 == 0) std::erase_if(words, [](const std::uint64_t* word) { return *word == 0; });
  volatile std::uint64_t* word = words[random() % words.size()];
  *word = seed % 3 == 0 ? random() : *word ^ (std::uint64_t{1} << (random() % 64));
}

}  // namespace workbench::testing
