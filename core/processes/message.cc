#include "core/processes/message.h"

#include <cstddef>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace workbench::processes {
namespace {

std::uint64_t checksum_of(const void* bytes, std::size_t size) { return XXH3_64bits(bytes, size); }

std::uint64_t checksum_of(const Header& header) {
  return checksum_of(&header, offsetof(Header, checksum));
}

}  // namespace

Header sealed(Header header, std::string_view payload) {
  header.size = payload.size();
  header.payload_checksum = checksum_of(payload.data(), payload.size());
  header.checksum = checksum_of(header);
  return header;
}

bool is_intact(const Header& header) { return header.checksum == checksum_of(header); }

bool is_intact(const Header& header, std::string_view payload) {
  return header.size == payload.size() &&
         header.payload_checksum == checksum_of(payload.data(), payload.size());
}

}  // namespace workbench::processes
