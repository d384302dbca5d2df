// Values as bytes: what goes in comes out, and what is not a value is an error, not a crash.
#include "core/processes/wire.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/exit.h"
#include "core/task.h"
#include "reactor/messages.h"

namespace workbench::processes {
namespace {

struct Point {
  int x = 0;
  double y = 0;
  bool operator==(const Point&) const = default;
};

template <class T>
T there_and_back(const T& value) {
  std::string bytes;
  append_item(bytes, value);
  std::string_view unread = bytes;
  T back = read_item<T>(unread);
  EXPECT_TRUE(unread.empty());
  return back;
}

template <class T>
void expect_same_after_the_trip(const T& value) {
  EXPECT_EQ(there_and_back(value), value);
}

TEST(Wire, BringsBackWhatWasSent) {
  expect_same_after_the_trip(42);
  expect_same_after_the_trip(Point{1, 2.5});
  expect_same_after_the_trip(std::monostate{});
  expect_same_after_the_trip(std::string("with \0 inside", 13));
  expect_same_after_the_trip(std::string());
  expect_same_after_the_trip(std::string(10'000'000, 'x'));
  expect_same_after_the_trip(std::vector<std::string>{"a", "", std::string(200'000, 'b')});
  expect_same_after_the_trip(std::optional<std::string>());
  expect_same_after_the_trip(std::optional<std::string>("text"));
  expect_same_after_the_trip(std::pair<int, std::string>(1, "text"));
  expect_same_after_the_trip(std::variant<int, std::string>("text"));
  expect_same_after_the_trip(MaybeTask(7));
  expect_same_after_the_trip(MaybeTask(pill));
}

TEST(Wire, BringsBackAFailureAndAnExit) {
  const Failure failure{
      .task = 3, .worker = 1, .type = "std::runtime_error", .what = "boom", .stack = {1, 2, 3}};
  const Exit exit{.worker = 1, .how = Exit::How::exception, .task = 3, .failure = failure};
  const Exit back = std::get<Exit>(there_and_back(reactor::ErrorEntry(exit)));
  EXPECT_EQ(back.describe(), exit.describe());
  EXPECT_EQ(back.task, exit.task);
  EXPECT_EQ(back.failure->task, failure.task);
  EXPECT_EQ(back.failure->worker, failure.worker);
  EXPECT_EQ(back.failure->stack, failure.stack);
}

TEST(Wire, KeepsItemsApart) {
  std::string bytes;
  append_item(bytes, std::string("a"));
  append_item(bytes, 42);
  append_item(bytes, std::string("b"));
  std::string_view unread = bytes;
  EXPECT_EQ(read_item<std::string>(unread), "a");
  EXPECT_EQ(read_item<int>(unread), 42);
  EXPECT_EQ(read_item<std::string>(unread), "b");
  EXPECT_TRUE(unread.empty());
}

TEST(Wire, RefusesTruncatedBytesWhereverTheyEnd) {
  const std::vector<std::string> value{"some", "text", std::string(100, 'x')};
  std::string bytes;
  append_item(bytes, value);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::string_view unread = std::string_view(bytes).substr(0, size);
    EXPECT_THROW(read_item<std::vector<std::string>>(unread), std::runtime_error) << size;
  }
}

// The length of the item says that it is whole, but it ends before the value does.
TEST(Wire, RefusesAnItemThatEndsBeforeItsValue) {
  std::string bytes;
  append_item(bytes, std::string("some text"));
  for (std::uint64_t size = 0; size < bytes.size() - sizeof size; ++size) {
    std::string shorter = bytes.substr(0, sizeof size + size);
    std::memcpy(shorter.data(), &size, sizeof size);
    std::string_view unread = shorter;
    EXPECT_THROW(read_item<std::string>(unread), std::exception) << size;
    unread = shorter;
    EXPECT_THROW((read_item<std::array<char, 100>>(unread)), std::runtime_error) << size;
  }
}

struct Grumpy {
  std::string text{};
  template <class Archive>
  void save(Archive& archive) const {
    archive(std::string(1000, 'x'));
    throw std::runtime_error("not today");
  }
  template <class Archive>
  void load(Archive&) {}
};

TEST(Wire, LeavesTheBytesAsTheyWereWhenAValueCannotBeSaved) {
  std::string bytes = "before";
  EXPECT_THROW(append_item(bytes, Grumpy{}), std::runtime_error);
  EXPECT_EQ(bytes, "before");
}

TEST(Wire, LetsNoPointerTravel) {
  EXPECT_FALSE(Shippable<int*>);
  EXPECT_FALSE(Shippable<const char*>);
  EXPECT_TRUE(Shippable<std::string>);
  EXPECT_TRUE(Shippable<Point>);
}

}  // namespace
}  // namespace workbench::processes
