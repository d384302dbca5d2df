// The line between a worker and its parent: messages of any size, both ways, none lost and no
// sleeper left asleep.
#include "core/processes/channel.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "core/posix/fork.h"

namespace workbench::processes {
namespace {

std::string text(std::size_t size, std::size_t salt) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 7 + salt);
  return text;
}

// ---- bytes to messages ----------------------------------------------------------------------

// A header and its items, as they travel.
std::string frame(std::uint64_t count, const std::string& items) {
  const Header header = sealed({.verb = Verb::put, .count = count}, items);
  return std::string(reinterpret_cast<const char*>(&header), sizeof header) + items;
}

TEST(Assembler, GivesAMessageOnlyWhenItIsWhole) {
  const auto ring = std::make_unique<Ring>();
  Assembler assembler;
  EXPECT_FALSE(assembler.read_all(*ring));
  const std::string bytes = frame(1, "items");
  for (const char& byte : bytes) {
    EXPECT_EQ(assembler.next(), std::nullopt);
    ring->write_some(&byte, 1);
    EXPECT_TRUE(assembler.read_all(*ring));
  }
  const auto message = assembler.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->header.count, 1U);
  EXPECT_EQ(message->payload, "items");
  EXPECT_EQ(assembler.next(), std::nullopt);
}

TEST(Assembler, TakesSeveralMessagesApart) {
  const auto ring = std::make_unique<Ring>();
  Assembler assembler;
  const std::string bytes = frame(1, "a") + frame(2, "") + frame(3, "bc") + "the start of a fourth";
  ring->write_some(bytes.data(), bytes.size());
  assembler.read_all(*ring);
  EXPECT_EQ(assembler.next()->payload, "a");
  EXPECT_EQ(assembler.next()->payload, "");
  EXPECT_EQ(assembler.next()->payload, "bc");
  EXPECT_EQ(assembler.next(), std::nullopt);
}

// ---- between two processes ------------------------------------------------------------------

// Forks a worker that runs `body` with its end of `line`.
pid_t fork_worker(Line& line, const std::function<void(WorkerEnd&)>& body) {
  const posix::UniqueFd parent = posix::open_pidfd(getpid());
  const pid_t worker = fork();
  if (worker != 0) return worker;
  WorkerEnd end(std::move(line), parent);
  body(end);
  _exit(EXIT_SUCCESS);
}

void expect_success(pid_t worker) {
  int status = 0;
  ASSERT_EQ(waitpid(worker, &status, 0), worker);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
}

// Serves the line until the worker has sent a message. Untimed: a wake-up that got lost would hold
// it up until the test's own time is over.
Message receive(ParentEnd& parent) {
  for (;;) {
    parent.pump();
    if (auto message = parent.next()) return *std::move(message);
    const bool may_sleep = parent.fall_asleep();
    pollfd bell{.fd = parent.bell_fd(), .events = POLLIN, .revents = 0};
    poll(&bell, 1, may_sleep ? -1 : 0);
    parent.wake_up(bell.revents != 0);
  }
}

// Sends back what it is sent, until that is nothing.
void echo(WorkerEnd& parent) {
  for (;;) {
    const Message message = parent.receive();
    if (message.payload.empty()) return;
    parent.send(message.header, message.payload);
  }
}

TEST(ChannelBetweenProcesses, CarriesMessagesLargerThanARingBothWays) {
  Line line;
  const pid_t worker = fork_worker(line, echo);
  ParentEnd parent(std::move(line));
  for (const std::size_t size : {std::size_t{1}, Ring::kCapacity - sizeof(Header), Ring::kCapacity,
                                 std::size_t{200'000}, std::size_t{10'000'000}}) {
    parent.post({.verb = Verb::items, .count = size}, text(size, size));
    const Message message = receive(parent);
    EXPECT_EQ(message.header.count, size);
    EXPECT_TRUE(message.payload == text(size, size)) << size;
  }
  parent.post({}, {});
  expect_success(worker);
}

// Every message is an answer to the one before, so that each side sleeps again and again, and one
// lost wake-up would be the end of it.
TEST(ChannelBetweenProcesses, LosesNoWakeUpInPingPong) {
  Line line;
  const pid_t worker = fork_worker(line, echo);
  ParentEnd parent(std::move(line));
  std::mt19937 random(1);
  std::uniform_int_distribution<std::size_t> small(1, 200);
  std::uniform_int_distribution<std::size_t> large(1, 3 * Ring::kCapacity);
  for (std::size_t i = 0; i < 20'000; ++i) {
    const std::size_t size = i % 100 == 0 ? large(random) : small(random);
    parent.post({.count = i}, text(size, i));
    const Message message = receive(parent);
    ASSERT_EQ(message.header.count, i);
    ASSERT_TRUE(message.payload == text(size, i)) << i;
  }
  parent.post({}, {});
  expect_success(worker);
}

// Both sides send as fast as they can; the worker is held up whenever its parent is behind.
TEST(ChannelBetweenProcesses, LosesNoWakeUpWhenBothSidesSendAtOnce) {
  constexpr std::size_t kMessages = 5'000;
  const auto size_of = [](std::size_t i) { return 1 + (i * i * 2'654'435'761U) % 5'000; };
  Line line;
  const pid_t worker = fork_worker(line, [&](WorkerEnd& parent) {
    for (std::size_t i = 0; i < kMessages; ++i) {
      parent.send({.count = i}, text(size_of(i), i));
      if (parent.receive().payload != text(size_of(i + 1), i)) _exit(EXIT_FAILURE);
    }
  });
  ParentEnd parent(std::move(line));
  for (std::size_t i = 0; i < kMessages; ++i) parent.post({}, text(size_of(i + 1), i));
  for (std::size_t i = 0; i < kMessages; ++i) {
    const Message message = receive(parent);
    ASSERT_EQ(message.header.count, i);
    ASSERT_TRUE(message.payload == text(size_of(i), i)) << i;
  }
  expect_success(worker);
}

TEST(ChannelBetweenProcesses, KnowsWhetherTheWorkerHasReadAMessage) {
  Line line;
  const pid_t worker = fork_worker(line, [](WorkerEnd& parent) {
    parent.receive();
    parent.send({}, {});
    std::raise(SIGKILL);
  });
  ParentEnd parent(std::move(line));
  const auto first = parent.post({.count = 1}, "first");
  receive(parent);
  waitpid(worker, nullptr, 0);
  const auto second = parent.post({.count = 2}, "second");
  EXPECT_TRUE(parent.was_read(first));
  EXPECT_FALSE(parent.was_read(second));
}

TEST(ChannelBetweenProcesses, KeepsTheWholeMessagesOfAWorkerThatWasKilledInTheNextOne) {
  Line line;
  const auto& memory = *line.memory;
  const pid_t worker = fork_worker(line, [](WorkerEnd& parent) {
    for (std::size_t i = 0; i < 3; ++i) parent.send({.count = i}, text(100, i));
    parent.send({.count = 3}, text(2 * Ring::kCapacity, 3));
  });
  ParentEnd parent(std::move(line));
  while (memory.worker_asleep == 0) sched_yield();  // the ring is full: nobody reads
  kill(worker, SIGKILL);
  waitpid(worker, nullptr, 0);
  parent.pump();
  for (std::size_t i = 0; i < 3; ++i) {
    const auto message = parent.next();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->header.count, i);
    EXPECT_EQ(message->payload, text(100, i));
  }
  parent.pump();
  EXPECT_EQ(parent.next(), std::nullopt);
}

}  // namespace
}  // namespace workbench::processes
