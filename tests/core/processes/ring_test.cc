// The ring under a channel: a stream of bytes that wraps around, in memory two processes share.
#include "core/processes/ring.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>

#include "core/posix/shared_memory.h"

namespace workbench::processes {
namespace {

// The i-th byte of the stream that the tests send.
char byte_at(std::size_t i) { return static_cast<char>(i * 31 + i / 256); }

// Writes some of the stream, from `position` on; returns how much of it.
std::size_t write_stream(Ring& ring, std::size_t position, std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = byte_at(position + i);
  return ring.write_some(bytes.data(), size);
}

// Reads some of it and looks whether it is what belongs at `position`; returns how much there was.
std::size_t read_stream(Ring& ring, std::size_t position, std::size_t size, bool& right) {
  std::string bytes(size, '\0');
  const std::size_t count = ring.read_some(bytes.data(), size);
  for (std::size_t i = 0; i < count; ++i) right &= bytes[i] == byte_at(position + i);
  return count;
}

TEST(Ring, IsEmptyAtFirst) {
  const auto ring = std::make_unique<Ring>();
  char byte = '\0';
  EXPECT_TRUE(ring->empty());
  EXPECT_FALSE(ring->full());
  EXPECT_EQ(ring->read_some(&byte, 1), 0U);
}

TEST(Ring, TakesNoMoreThanItHasRoomForAndGivesNoMoreThanItHolds) {
  const auto ring = std::make_unique<Ring>();
  const std::string much(Ring::kCapacity + 100, 'x');
  EXPECT_EQ(ring->write_some(much.data(), much.size()), Ring::kCapacity);
  EXPECT_TRUE(ring->full());
  EXPECT_EQ(ring->write_some(much.data(), 1), 0U);
  std::string read(much.size(), '\0');
  EXPECT_EQ(ring->read_some(read.data(), 1000), 1000U);
  EXPECT_EQ(ring->size(), Ring::kCapacity - 1000);
  EXPECT_EQ(ring->read_some(read.data(), read.size()), Ring::kCapacity - 1000);
  EXPECT_TRUE(ring->empty());
  EXPECT_EQ(ring->bytes_read(), Ring::kCapacity);
}

TEST(Ring, KeepsTheBytesInOrderHoweverTheyWrapAround) {
  const auto ring = std::make_unique<Ring>();
  std::mt19937 random(1);
  std::uniform_int_distribution<std::size_t> size(0, Ring::kCapacity + 1);
  std::size_t written = 0;
  std::size_t read = 0;
  bool right = true;
  while (read < 40 * Ring::kCapacity) {
    written += write_stream(*ring, written, size(random));
    read += read_stream(*ring, read, size(random), right);
    ASSERT_TRUE(right) << "before byte " << read;
    ASSERT_EQ(ring->size(), written - read);
  }
}

TEST(RingBetweenProcesses, CarriesEveryByteInOrder) {
  constexpr std::size_t kTotal = 20'000'000;
  const auto ring = posix::make_shared_memory<Ring>();
  const pid_t writer = fork();
  if (writer == 0) {
    std::mt19937 random(2);
    std::uniform_int_distribution<std::size_t> size(1, 10'000);
    for (std::size_t written = 0; written < kTotal;) {
      if (ring->full()) sched_yield();
      written += write_stream(*ring, written, std::min(size(random), kTotal - written));
    }
    _exit(EXIT_SUCCESS);
  }
  bool right = true;
  for (std::size_t read = 0; read < kTotal && right;) {
    if (ring->empty()) sched_yield();
    read += read_stream(*ring, read, 7'000, right);
  }
  EXPECT_TRUE(right);
  EXPECT_EQ(waitpid(writer, nullptr, 0), writer);
  EXPECT_TRUE(ring->empty());
}

}  // namespace
}  // namespace workbench::processes
