#include "core/processes/channel.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "core/exit.h"
#include "core/processes/wire.h"

namespace workbench::processes {

bool Assembler::read_all(Ring& ring) {
  bool any = false;
  if (large_) {
    std::string& payload = large_->payload;
    const std::size_t count =
        ring.read_some(payload.data() + large_filled_, payload.size() - large_filled_);
    large_filled_ += count;
    any = count > 0;
    if (large_filled_ < payload.size()) return any;
  }
  const std::size_t available = ring.size();
  if (available == 0) return any;
  bytes_.erase(0, std::exchange(start_, 0));  // messages that were taken already
  const std::size_t size = bytes_.size();
  bytes_.resize(size + available);
  ring.read_some(bytes_.data() + size, available);
  return true;
}

std::optional<Message> Assembler::next() {
  if (large_) {
    if (large_filled_ < large_->payload.size()) return std::nullopt;
    if (!is_intact(large_->header, large_->payload)) throw DamagedLine("a message was overwritten");
    return std::exchange(large_, std::nullopt);
  }
  const std::string_view unread = std::string_view(bytes_).substr(start_);
  Header header;
  if (unread.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, unread.data(), sizeof header);
  if (!is_intact(header)) throw DamagedLine("the header of a message was overwritten");
  const std::string_view payload = unread.substr(sizeof header, header.size);
  if (payload.size() < header.size) {
    // What is still to come goes to its place at once.
    large_ = Message{header, std::exchange(spare_, {})};
    large_->payload.resize(header.size);
    large_filled_ = payload.copy(large_->payload.data(), payload.size());
    start_ = bytes_.size();
    return std::nullopt;
  }
  if (!is_intact(header, payload)) throw DamagedLine("a message was overwritten");
  start_ += sizeof header + header.size;
  return Message{header, std::string(payload)};
}

// Sleeps until `ready()`, woken by the bell. Untimed: the parent answers every request, and if it
// dies, its pidfd ends the wait. (The kernel kills workers whose parent dies, but forgets that if a
// worker changes its credentials.)
template <class Ready>
void WorkerEnd::sleep_until(Ready ready) {
  auto& memory = *line_.memory;
  while (!ready()) {
    if (!line_.worker_bell.is_there())
      leave("the action has closed or replaced a descriptor of its worker");
    // Say "I sleep" first, and then look again: otherwise a wake-up could be lost (doorbell.h).
    memory.worker_asleep = 1;
    if (!ready()) {
      std::array<pollfd, 2> fds{
          pollfd{.fd = line_.worker_bell.fd(), .events = POLLIN, .revents = 0},
          pollfd{.fd = parent_.get(), .events = POLLIN, .revents = 0}};
      const bool woken = poll(fds.data(), fds.size(), -1) > 0;
      // Nobody needs this process any more, nor what its action has started.
      if (woken && (fds[1].revents & POLLIN) != 0) end_with_parent();
      if (woken && fds[1].revents != 0) leave("the action has closed a descriptor of its worker");
      line_.worker_bell.silence();
    }
    memory.worker_asleep = 0;
  }
}

void WorkerEnd::wake_parent() {
  if (line_.memory->parent_asleep == 0) return;
  if (!line_.parent_bell.is_there())
    leave("the action has closed or replaced a descriptor of its worker");
  line_.parent_bell.ring_if(line_.memory->parent_asleep);
}

// The line cannot be used any more. This worker ends, and its end wakes the parent. Says why, if
// that needs no line: if it fits into the ring.
void WorkerEnd::leave(const char* why) {
  try {
    throw DamagedLine(why);
  } catch (...) {  // that, or there is no memory for it
    say_farewell_if_possible();
  }
  _exit(EXIT_FAILURE);
}

// With the exception that is being handled.
void WorkerEnd::say_farewell_if_possible() {
  try {
    const std::string payload =
        item_of(Exit{.how = Exit::How::exception, .failure = current_failure()});
    const Header header = sealed({.verb = Verb::farewell}, payload);
    Ring& up = line_.memory->up;
    if (Ring::kCapacity - up.size() < sizeof header + payload.size()) return;
    up.write_some(reinterpret_cast<const char*>(&header), sizeof header);
    up.write_some(payload.data(), payload.size());
  } catch (const std::bad_alloc&) {  // then without a reason
  }
}

void WorkerEnd::end_with_parent() {
  if (getpgrp() == getpid()) kill(0, SIGKILL);
  _exit(EXIT_FAILURE);
}

void WorkerEnd::leave_as_stray() {
  std::fputs("workbench: a process that an action has forked came back from it, and was ended\n",
             stderr);
  _exit(EXIT_FAILURE);
}

void WorkerEnd::write(std::string_view bytes) {
  auto& memory = *line_.memory;
  for (;;) {
    // A part at a time, and then wake the parent: it can already read while we write on.
    constexpr std::size_t kPart = Ring::kCapacity / 4;
    bytes.remove_prefix(memory.up.write_some(bytes.data(), std::min(bytes.size(), kPart)));
    if (bytes.empty()) return;
    wake_parent();
    if (!memory.up.full() && !memory.up.broken()) continue;
    // Only the parent can make room.
    if (memory.up.broken()) leave("the memory that it shares with its parent was overwritten");
    sleep_until([&] { return !memory.up.full(); });
  }
}

void WorkerEnd::send_quietly(Header header, std::string_view payload) {
  header = sealed(header, payload);
  write({reinterpret_cast<const char*>(&header), sizeof header});
  write(payload);
  auto& memory = *line_.memory;
  // A wake-up of the parent may cost more than a short task, so several results share one. The time
  // is that at which the task was begun: it is exact enough, and costs nothing.
  const TimePoint now = memory.batch.began();
  if (!quiet_since_) quiet_since_ = now;
  if (*quiet_since_ == now && memory.up.size() < Ring::kCapacity / 2) return;
  wake_parent();
  quiet_since_.reset();
}

void WorkerEnd::send(Header header, std::string_view payload) {
  send_quietly(header, payload);
  wake_parent();
  quiet_since_.reset();
}

// If it fails half way, for lack of memory or because the line is damaged, nobody knows what the
// next message would be the answer to. So the worker ends then.
Message WorkerEnd::receive() {
  auto& memory = *line_.memory;
  try {
    for (;;) {
      if (auto message = inbox_.next()) {
        if (message->header.verb == Verb::batch) batch_queue_ = message->header.queue;
        return *std::move(message);
      }
      if (memory.down.broken()) throw DamagedLine("the memory of the line was overwritten");
      sleep_until([&] { return !memory.down.empty(); });
      inbox_.read_all(memory.down);
      // There is room in the ring again, and the parent may be asleep with a full outbox.
      wake_parent();
    }
  } catch (const std::exception& error) {
    leave(error.what());
  }
}

std::uint64_t ParentEnd::post(Header header, std::string_view payload) {
  header = sealed(header, payload);
  std::string message(reinterpret_cast<const char*>(&header), sizeof header);
  message += payload;
  outbox_ += message;  // the whole message, or nothing if there is no memory
  posted_ += message.size();
  flush();
  return posted_;
}

bool ParentEnd::pump() {
  auto& memory = *line_.memory;
  if (memory.up.broken() || memory.down.broken()) {
    throw DamagedLine("the memory of the line was overwritten");
  }
  const bool came = inbox_.read_all(memory.up);
  flush();
  if (came) line_.worker_bell.ring_if(memory.worker_asleep);  // it may wait for room
  return came;
}

void ParentEnd::flush() {
  auto& memory = *line_.memory;
  bool moved = false;
  // The worker may read meanwhile, and so make room for more.
  while (can_write() && !memory.down.broken()) {
    sent_ += memory.down.write_some(outbox_.data() + sent_, outbox_.size() - sent_);
    moved = true;
  }
  if (sent_ == outbox_.size()) {
    outbox_.clear();
    sent_ = 0;
  }
  if (moved) line_.worker_bell.ring_if(memory.worker_asleep);  // it may wait for an answer
}

// "I sleep" first, then the look, as in WorkerEnd::sleep_until.
bool ParentEnd::fall_asleep() {
  line_.memory->parent_asleep = 1;
  return line_.memory->up.empty() && !can_write();
}

void ParentEnd::wake_up(bool rung) {
  line_.memory->parent_asleep = 0;
  if (rung) line_.parent_bell.silence();
}

}  // namespace workbench::processes
