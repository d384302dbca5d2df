/// @file
/// The line between one worker process and its parent.
///
///     worker ══ up ring ══▶ parent        each end has a doorbell, which the other rings when it
///     worker ◀═ down ring ═ parent        has moved either ring and finds that end asleep
///
/// The worker may block on its line; the parent never does, because it has others to serve. What
/// the parent cannot write at once waits in its outbox.
///
/// Thread safety: each end is used by one thread of one process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/batching/task_batch.h"
#include "core/processes/doorbell.h"
#include "core/processes/message.h"
#include "core/processes/ring.h"
#include "core/posix/shared_memory.h"
#include "core/sync.h"

namespace workbench::processes {

/// What a channel is made of. Made by the parent before it forks, then used by both.
struct Line {
  struct Memory {
    Ring up;
    Ring down;
    SleepFlag parent_asleep{0};
    SleepFlag worker_asleep{0};
    Hand<StdSync> hand;
  };

  Shared<Memory> memory = make_shared_memory<Memory>();
  Doorbell parent_bell;
  Doorbell worker_bell;
};

struct Message {
  Header header;
  std::string items;
};

/// Puts a byte stream back together into messages.
class Assembler {
 public:
  /// Reads what `ring` holds. Returns whether there was anything.
  bool read_all(Ring& ring);
  /// The next complete message, if there is one.
  std::optional<Message> next();

 private:
  std::string bytes_;
  std::size_t start_ = 0;  // of the first message that has not been taken
};

/// The worker's end: requests block until they are answered.
class WorkerEnd {
 public:
  explicit WorkerEnd(Line line) : line_(std::move(line)) {}

  void send(Header header, std::string_view items);
  /// Does not wake the parent at once, but soon: when there is a lot to read, or the clock ticks,
  /// or anything else is sent. For what is followed by more.
  void send_quietly(Header header, std::string_view items);
  Message receive();

  Hand<StdSync>& hand() { return line_.memory->hand; }

 private:
  template <class Ready>
  void sleep_until(Ready ready);

  void write(std::string_view bytes);

  Line line_;
  Assembler inbox_;
  std::optional<TimePoint> quiet_since_;  // the parent has not been woken since then
};

/// The parent's end: never blocks.
class ParentEnd {
 public:
  explicit ParentEnd(Line line) : line_(std::move(line)) {}

  /// Queues a message for sending. Returns the position in the stream at which it ends.
  std::uint64_t post(Header header, std::string_view items);
  /// Moves what can be moved, in both directions.
  void pump();
  std::optional<Message> next() { return inbox_.next(); }

  /// Has the worker read the stream up to `position`?
  bool was_read(std::uint64_t position) const {
    return line_.memory->down.bytes_read() >= position;
  }

  /// Says that the parent sleeps. False: there is something to pump, so it must not.
  bool fall_asleep();
  void wake_up(bool rung);
  int bell_fd() const { return line_.parent_bell.fd(); }

  /// Gives the line to the forked worker. The parent's end is unusable then, in that process.
  Line release() { return std::move(line_); }

  Hand<StdSync>& hand() { return line_.memory->hand; }
  const Hand<StdSync>& hand() const { return line_.memory->hand; }

 private:
  bool can_write() const { return sent_ < outbox_.size() && !line_.memory->down.full(); }

  Line line_;
  Assembler inbox_;
  std::string outbox_;
  std::size_t sent_ = 0;      // how much of outbox_ is in the ring
  std::uint64_t posted_ = 0;  // how many bytes were ever posted
};

}  // namespace workbench::processes
