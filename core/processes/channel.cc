#include "core/processes/channel.h"

#include <poll.h>

#include <cstring>
#include <utility>

namespace workbench::processes {

bool Assembler::read_all(Ring& ring) {
  const std::size_t available = ring.size();
  if (available == 0) return false;
  bytes_.erase(0, std::exchange(start_, 0));  // messages that were taken already
  const std::size_t size = bytes_.size();
  bytes_.resize(size + available);
  ring.read_some(bytes_.data() + size, available);
  return true;
}

std::optional<Message> Assembler::next() {
  const std::string_view unread = std::string_view(bytes_).substr(start_);
  Header header;
  if (unread.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, unread.data(), sizeof header);
  if (unread.size() - sizeof header < header.size) return std::nullopt;
  start_ += sizeof header + header.size;
  return Message{header, std::string(unread.substr(sizeof header, header.size))};
}

// Sleeps until `ready()`, woken by the bell. Untimed: the parent answers every request, and if it
// dies, the kernel kills its workers.
template <class Ready>
void WorkerEnd::sleep_until(Ready ready) {
  auto& memory = *line_.memory;
  while (!ready()) {
    // Say "I sleep" first, and then look again: otherwise a wake-up could be lost (doorbell.h).
    memory.worker_asleep = 1;
    if (!ready()) {
      pollfd bell{.fd = line_.worker_bell.fd(), .events = POLLIN, .revents = 0};
      poll(&bell, 1, -1);
      line_.worker_bell.silence();
    }
    memory.worker_asleep = 0;
  }
}

void WorkerEnd::write(std::string_view bytes) {
  auto& memory = *line_.memory;
  for (;;) {
    bytes.remove_prefix(memory.up.write_some(bytes.data(), bytes.size()));
    if (bytes.empty()) return;
    // The ring is full. Only the parent can make room, and it may be asleep.
    line_.parent_bell.ring_if(memory.parent_asleep);
    sleep_until([&] { return !memory.up.full(); });
  }
}

void WorkerEnd::send_quietly(Header header, std::string_view payload) {
  header.size = payload.size();
  write({reinterpret_cast<const char*>(&header), sizeof header});
  write(payload);
  auto& memory = *line_.memory;
  // A wake-up of the parent may cost more than a short task, so several results share one. The time
  // is that at which the task was begun: it is exact enough, and costs nothing.
  const TimePoint now = memory.batch.began();
  if (!quiet_since_) quiet_since_ = now;
  if (*quiet_since_ == now && memory.up.size() < Ring::kCapacity / 2) return;
  line_.parent_bell.ring_if(memory.parent_asleep);
  quiet_since_.reset();
}

void WorkerEnd::send(Header header, std::string_view payload) {
  send_quietly(header, payload);
  line_.parent_bell.ring_if(line_.memory->parent_asleep);
  quiet_since_.reset();
}

Message WorkerEnd::receive() {
  auto& memory = *line_.memory;
  for (;;) {
    if (auto message = inbox_.next()) {
      if (message->header.verb == Verb::batch) batch_queue_ = message->header.queue;
      return *std::move(message);
    }
    sleep_until([&] { return !memory.down.empty(); });
    inbox_.read_all(memory.down);
    // There is room in the ring again, and the parent may be asleep with a full outbox.
    line_.parent_bell.ring_if(memory.parent_asleep);
  }
}

std::uint64_t ParentEnd::post(Header header, std::string_view payload) {
  header.size = payload.size();
  outbox_.append(reinterpret_cast<const char*>(&header), sizeof header);
  outbox_.append(payload);
  posted_ += sizeof header + payload.size();
  pump();
  return posted_;
}

void ParentEnd::pump() {
  auto& memory = *line_.memory;
  bool moved = inbox_.read_all(memory.up);
  // The worker may read meanwhile, and so make room for more.
  while (can_write()) {
    sent_ += memory.down.write_some(outbox_.data() + sent_, outbox_.size() - sent_);
    moved = true;
  }
  if (sent_ == outbox_.size()) {
    outbox_.clear();
    sent_ = 0;
  }
  // The worker may wait for an answer, or for room.
  if (moved) line_.worker_bell.ring_if(memory.worker_asleep);
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
