// Small programs at random: however they are searched, they have the same outcomes. Nothing that a
// search leaves out may be one that matters. Programs that are too large for a depth-first search
// are left out.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/simulated/explorer.h"
#include "core/simulated/schedule_graph.h"
#include "core/simulated/sync.h"
#include "core/sync.h"
#include "tests/support/telling_program.h"

namespace workbench::simulated {
namespace {

using testing::asked_for_all;
using testing::counts_of;
using testing::outcomes_of;
using testing::TellingProgram;
using testing::ways_to_outcomes;

// Items behind a mutex, as in a queue, with a condition variable for those who wait for some, and
// one for those who wait for room.
struct Store {
  Mutex mutex{};
  ConditionVariable filled{};
  ConditionVariable emptied{};
  int items = 0;
};

enum class Operation : std::uint8_t {
  put_one,
  put_two,
  put_silently,  // notifies nobody
  get,
  get_in_time,
  get_in_a_loop,
  get_without_a_loop,  // checks once: may take what is not there
  put_if_room,
  get_and_make_room,
  get_in_twice_the_time,
  set_flag,
  look_at_flag,
  may_fail,
};
constexpr std::size_t kOperations = 13;

// What each thread does, one after the other.
struct Order {
  Operation operation;
  std::size_t store;
};
using Orders = std::vector<std::vector<Order>>;

struct World {
  std::vector<Store> stores{2};
  Atomic<int> flag{0};

  // What the thread finds, in a few letters.
  std::string perform(const Order& order, int thread) {
    Store& store = stores[order.store];
    int& items = store.items;
    std::unique_lock lock(store.mutex, std::defer_lock);
    const auto some = [&items] { return items > 0; };
    const auto get_before = [&](TimePoint deadline) -> std::string {
      const bool there = lock_when<SimulatedSync>(lock, store.filled, deadline, some);
      return there ? std::to_string(items--) : "late";
    };
    switch (order.operation) {
      case Operation::put_one:
        lock.lock();
        ++items;
        store.filled.notify_one();
        return "put";
      case Operation::put_two:
        lock.lock();
        items += 2;
        store.filled.notify_all();
        return "put";
      case Operation::put_silently:
        lock.lock();
        ++items;
        return "put";
      case Operation::put_if_room:
        lock.lock();
        while (items > 0) store.emptied.wait(lock);
        ++items;
        store.filled.notify_one();
        return "put";
      case Operation::get:
        return get_before(TimePoint::max());
      case Operation::get_in_time:
        return get_before(VirtualClock::now() + std::chrono::seconds(1));
      case Operation::get_in_twice_the_time:
        return get_before(VirtualClock::now() + std::chrono::seconds(2));
      case Operation::get_in_a_loop:
        lock.lock();
        while (!some()) store.filled.wait(lock);
        return std::to_string(items--);
      case Operation::get_without_a_loop:
        lock.lock();
        if (!some()) store.filled.wait(lock);
        return std::to_string(items--);
      case Operation::get_and_make_room:
        lock_when<SimulatedSync>(lock, store.filled, TimePoint::max(), some);
        store.emptied.notify_one();
        return std::to_string(items--);
      case Operation::set_flag:
        flag.store(thread, std::memory_order_relaxed);
        return "set";
      case Operation::look_at_flag:
        return std::to_string(flag.load(std::memory_order_relaxed));
      case Operation::may_fail:
        return Scheduler::current().strikes() ? "failed" : "passed";
    }
    return {};
  }
};

std::string run(const Orders& orders) {
  const auto world = std::make_shared<World>();
  const auto said = std::make_shared<std::vector<std::string>>(orders.size());
  std::vector<Thread> threads;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    threads.emplace_back([=, &orders] {
      for (const Order& order : orders[i]) {
        (*said)[i].append(world->perform(order, static_cast<int>(i) + 1)).append(" ");
      }
    });
  }
  for (Thread& thread : threads) thread.join();
  std::string all;
  for (const std::string& each : *said) all.append(each).append("| ");
  return all;
}

TEST(RandomPrograms, HaveTheSameOutcomesHoweverTheyAreSearched) {
  constexpr std::size_t kMost = 20'000;  // schedules; larger programs are left out
  const std::uint32_t programs = asked_for_all() ? 5'000 : 150;
  std::size_t compared = 0;
  for (std::uint32_t seed = 0; seed < programs; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&](std::size_t limit) { return random() % limit; };
    Orders orders(2 + below(2));
    for (auto& thread : orders) {
      thread.resize(1 + below(3));
      for (auto& [operation, store] : thread) {
        operation = static_cast<Operation>(below(kOperations));
        store = below(2);
      }
    }
    const Scheduler::Options scheduler{
        .early_timeouts = below(2), .spurious_wakeups = below(4) / 3, .faults = below(2)};
    const auto explored = [&](Search search) {
      return explore(TellingProgram([&] { return run(orders); }),
                     {.search = search, .scheduler = scheduler, .max_schedules = kMost});
    };
    const auto all = explored(Search::depth_first);
    if (!all.complete) continue;
    ++compared;
    const auto outcomes = outcomes_of(all);
    EXPECT_EQ(outcomes_of(explored(Search::sleep_sets)), outcomes) << "seed " << seed;
    EXPECT_EQ(outcomes_of(explored(Search::dpor)), outcomes) << "seed " << seed;
    const ScheduleGraph graph =
        schedule_graph(TellingProgram([&] { return run(orders); }), scheduler, kMost);
    EXPECT_EQ(ways_to_outcomes(graph), counts_of(all)) << "seed " << seed;
  }
  EXPECT_GT(compared, programs / 2);
}

}  // namespace
}  // namespace workbench::simulated
