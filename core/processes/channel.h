/// @file
/// The line between one worker process and its parent.
///
///     worker ══ up ring ══▶ parent        each end has a doorbell: the other end rings it when it
///     worker ◀═ down ring ═ parent        has moved a ring, and finds this end asleep
///
/// The worker may block on its line. The parent never does, because it serves other workers, too:
/// what it cannot write at once waits in its outbox.
///
/// The line may be cut or damaged: the parent may die, the action may close a descriptor of the
/// line or fork a second process onto it, a crashing worker may write into the memory. A worker
/// that notices ends itself (`leave`, or because it is a stray). The parent notices damage by the
/// checksums of the messages and by positions that make no sense.
///
/// `Line::Memory` is all the memory that the two share. The worker writes there: its messages into
/// `up`, how far it has read into `down`, the two sleep flags, and into `batch` which of its tasks
/// it has begun. (One more array is shared by all workers of a run: how long each queue is, see
/// queue_server.h.)
///
/// Thread safety: each end is used by one thread of one process.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/batching/task_batch.h"
#include "core/posix/shared_memory.h"
#include "core/posix/stray_check.h"
#include "core/posix/unique_fd.h"
#include "core/processes/doorbell.h"
#include "core/processes/message.h"
#include "core/processes/ring.h"
#include "core/sync.h"

namespace workbench::processes {

/// The parts of a channel. The parent makes them before it forks; then both processes use them.
struct Line {
  struct Memory {
    Ring up;
    Ring down;
    SleepFlag parent_asleep{0};
    SleepFlag worker_asleep{0};
    TaskBatch<StdSync> batch;  // the tasks that the worker took
  };

  posix::Shared<Memory> memory = posix::make_shared_memory<Memory>();
  Doorbell parent_bell;
  Doorbell worker_bell;
};

/// Why a worker is treated as dead, although its process has not ended.
struct DamagedLine : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Message {
  Header header;
  std::string payload;
};

/// Puts a byte stream back together into messages.
class Assembler {
 public:
  /// Reads all that is in `ring`. Returns whether there was anything.
  bool read_all(Ring& ring);
  /// The next complete message, if there is one. Throws DamagedLine if it is not what was sent.
  std::optional<Message> next();
  /// Has a message begun to come that is not complete?
  bool is_amid_message() const { return large_ || start_ < bytes_.size(); }
  /// Takes back the payload of a message that was handled, for the next large one.
  void recycle(std::string payload) {
    if (payload.size() > spare_.size()) spare_ = std::move(payload);
  }

 private:
  std::string bytes_;
  std::size_t start_ = 0;         // where the first message begins that was not taken yet
  std::optional<Message> large_;  // it was not complete; its payload is read into its place at once
  std::size_t large_filled_ = 0;
  std::string spare_;
};

/// The worker's end. `receive` blocks until the parent has answered.
class WorkerEnd {
 public:
  /// `parent`: a pidfd of the parent, which must outlive this.
  WorkerEnd(Line line, const posix::UniqueFd& parent) : line_(std::move(line)), parent_(parent) {}

  /// Ends this process if it is not the worker, but was forked by its action and came back.
  void leave_if_stray() const {
    if (stray_check_.is_stray()) [[unlikely]]
      leave_as_stray();
  }

  void send(Header header, std::string_view payload);
  /// As `send`, but wakes the parent a little later: with a later message, when a tick of the clock
  /// has passed or there is a lot to read, or with the next `send`. For a message that is followed
  /// by others.
  void send_quietly(Header header, std::string_view payload);
  Message receive();

  /// A buffer for what is sent next. It is used again and again: large memory that is given back
  /// and asked for anew would cost more than the copying.
  std::string& outgoing() { return outgoing_; }

  /// The tasks that this worker took.
  TaskBatch<StdSync>& own_batch() { return line_.memory->batch; }
  /// Are these tasks of this queue?
  bool has_batch_of(std::uint32_t queue) const { return batch_queue_ == queue; }

 private:
  template <class Ready>
  void sleep_until(Ready ready);

  void write(std::string_view bytes);
  void wake_parent();
  [[noreturn]] void leave(const char* why);
  void say_farewell_if_possible();
  [[noreturn]] static void leave_as_stray();
  [[noreturn]] static void end_with_parent();

  Line line_;
  const posix::UniqueFd& parent_;
  posix::StrayCheck stray_check_;
  Assembler inbox_;
  std::string outgoing_;
  std::optional<TimePoint> quiet_since_;      // since when messages wait without a wake-up
  std::optional<std::uint32_t> batch_queue_;  // of the last batch that was received
};

/// The parent's end: never blocks.
class ParentEnd {
 public:
  explicit ParentEnd(Line line) : line_(std::move(line)) {}

  /// Queues a message for sending. Returns the position in the stream at which it ends.
  std::uint64_t post(Header header, std::string_view payload);
  /// Moves what can be moved, in both directions. Returns whether anything has come. Throws
  /// DamagedLine if the memory makes no sense.
  bool pump();
  /// Throws DamagedLine, see Assembler.
  std::optional<Message> next() { return inbox_.next(); }
  void recycle(std::string payload) { inbox_.recycle(std::move(payload)); }
  /// Has a message begun to come that is not complete?
  bool is_amid_message() const { return inbox_.is_amid_message(); }

  /// Has the worker read the stream up to `position`?
  bool was_read(std::uint64_t position) const {
    return line_.memory->down.bytes_read() >= position;
  }

  /// Says that the parent sleeps. False: it must not sleep, because there is something to pump.
  bool fall_asleep();
  /// Says that the parent is awake. `rung`: its bell was rung.
  void wake_up(bool rung);
  int bell_fd() const { return line_.parent_bell.fd(); }

  /// For the worker, after the fork: the line, whose other end it is.
  Line take_line() { return std::move(line_); }

  /// The tasks that the worker at the other end took.
  TaskBatch<StdSync>& worker_batch() { return line_.memory->batch; }
  const TaskBatch<StdSync>& worker_batch() const { return line_.memory->batch; }

 private:
  void flush();
  bool can_write() const { return sent_ < outbox_.size() && !line_.memory->down.full(); }

  Line line_;
  Assembler inbox_;
  std::string outbox_;
  std::size_t sent_ = 0;      // how much of outbox_ is in the ring
  std::uint64_t posted_ = 0;  // how many bytes were ever posted
};

}  // namespace workbench::processes
