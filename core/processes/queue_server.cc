// The requests of the workers: which worker gets what, and which one waits for what. The lives of
// the workers, from the fork to the last message, are in worker_processes.cc.
#include "core/processes/queue_server.h"

#include <poll.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include "core/batching/stealing_rule.h"
#include "core/posix/fork.h"
#include "core/processes/wire.h"

namespace workbench::processes {

std::uint32_t QueueServer::add(ParentQueue& queue) {
  const auto* const slot = std::find(queues_.begin(), queues_.end(), nullptr);
  if (slot == queues_.end()) throw std::length_error("too many queues");
  const auto id = static_cast<std::uint32_t>(slot - queues_.begin());
  queues_.at(id) = &queue;
  publish_size(id);
  return id;
}

void QueueServer::remove(std::uint32_t queue) { queues_.at(queue) = nullptr; }

void QueueServer::publish_size(std::uint32_t queue) {
  sizes_->at(queue) = queues_.at(queue)->size();
}

// ---- requests -------------------------------------------------------------------------------

void QueueServer::serve() {
  for (Member& member : members_) serve(member);
}

void QueueServer::serve(Member& member) {
  if (member.rejected) return;
  try {
    const bool came = member.channel.pump();
    while (auto message = member.channel.next()) {
      handle(member, *std::move(message));
      if (member.rejected) return;
    }
    // A result that is larger than the line comes piece by piece, as fast as we take it.
    if (came && member.channel.is_amid_message()) member.kept_waiting = Clock::now();
  } catch (const DamagedLine&) {
    reject(member);
  }
}

// Called in a `catch` block: from now on the worker is as good as dead, because of that exception.
void QueueServer::reject(Member& member) {
  member.farewell = Exit{.how = Exit::How::exception, .failure = current_failure_if_possible()};
  member.rejected = true;
  member.kill_at = Clock::now();
}

void QueueServer::reject(Member& member, const char* why) {
  try {
    throw DamagedLine(why);
  } catch (const DamagedLine&) {
    reject(member);
  }
}

void QueueServer::handle(Member& member, Message message) {
  if (queues_.at(message.header.queue) == nullptr && message.header.verb != Verb::farewell) {
    return;  // for a queue that the parent has destroyed
  }
  switch (message.header.verb) {
    case Verb::put:
      return handle_put(member, std::move(message));
    case Verb::take:
      return handle_take(member, message.header);
    case Verb::farewell:
      return handle_farewell(member, message);
    case Verb::items:
    case Verb::batch:
    case Verb::accepted:
      return;  // only the parent sends these
  }
}

void QueueServer::handle_put(Member& member, Message message) {
  const bool waits_for_room = message.header.wait_ns != 0;
  if (waits_for_room) {
    // `changed`, below, accepts the item: at once if there is room, otherwise when there is some.
    producers_.push_back({&member, message.header.queue, std::move(message.payload)});
  } else {
    put(member, message.header.queue, message.payload, message.header.count);
    member.channel.recycle(std::move(message.payload));
  }
  changed(message.header.queue);
}

// If the items cannot be read, the worker is treated as if it had died before it pushed them: its
// later messages are ignored, and it is killed. The result is false then.
bool QueueServer::put(Member& member, std::uint32_t queue, std::string_view payload,
                      std::uint64_t count) {
  try {
    queues_.at(queue)->put(payload, count);
    return true;
  } catch (...) {
    reject(member);
    return false;
  }
}

void QueueServer::handle_take(Member& member, const Header& header) {
  if (!member.served) {
    // It was ended, and got a grace period to finish its task. Now it asks for another task, so it
    // needs no more time.
    member.kill_at = Clock::now();
    return;
  }
  const Duration wait = header.wait_ns == kForever.count() ? kForever : Duration(header.wait_ns);
  if (answer(member, header.queue, header.count)) {
    changed(header.queue);  // there is room again for a waiting producer
  } else if (wait <= Duration::zero()) {
    answer_with_nothing(member, header.queue);
  } else {
    consumers_.push_back({&member, header.queue, header.count, deadline_after(Clock::now(), wait)});
  }
}

void QueueServer::handle_farewell(Member& member, const Message& message) {
  std::string_view payload = message.payload;
  member.farewell = payload.empty() ? Exit{.how = Exit::How::returned} : read_item<Exit>(payload);
  member.kill_at = deadline_after(Clock::now(), grace_);  // it only has to exit now
}

// Serves the workers that wait for room or for an item, as long as there is any. Each may make the
// other possible: an item that is taken makes room, and an item that is put may be taken. So both
// are served in one loop.
void QueueServer::changed(std::uint32_t queue) {
  ParentQueue& items = *queues_.at(queue);
  const auto waits_here = [&](const auto& waiting) { return waiting.queue == queue; };
  for (;;) {
    const auto producer = std::find_if(producers_.begin(), producers_.end(), waits_here);
    if (producer != producers_.end() && items.has_room()) {
      if (put(*producer->member, queue, producer->payload, 1)) {
        producer->member->channel.post({.verb = Verb::accepted, .queue = queue}, {});
        producer->member->kept_waiting = Clock::now();
      }
      producers_.erase(producer);
      continue;
    }
    const auto consumer = std::find_if(consumers_.begin(), consumers_.end(), waits_here);
    if (consumer == consumers_.end() || items.size() == 0) break;
    // Off the list before the answer: `answer` may take a batch back, and then we come here again.
    const WaitingConsumer next = *consumer;
    consumers_.erase(consumer);
    answer(*next.member, queue, next.max);
  }
  publish_size(queue);
}

// ---- answers --------------------------------------------------------------------------------

// Sends a worker tasks or items. False: there are none.
bool QueueServer::answer(Member& member, std::uint32_t queue, std::uint64_t max) {
  if (queues_.at(queue)->holds_tasks()) {
    finish_batch(member);  // a worker that asks needs its old batch no longer
    if (answer_with_batch(member, queue)) return true;
  }
  if (queues_.at(queue)->size() == 0) return false;
  answer_with_items(member, queue, max);
  return true;
}

// False: the queue is not shared in batches, or no task is left, not even one to steal.
bool QueueServer::answer_with_batch(Member& member, std::uint32_t queue) {
  const std::vector<TaskId> batch = next_batch(queue);
  if (batch.empty()) return false;
  member.batch.give(member.channel.worker_batch(), queue, batch);
  publish_size(queue);
  member.channel.post({.verb = Verb::batch, .queue = queue}, {});
  return true;
}

void QueueServer::answer_with_items(Member& member, std::uint32_t queue, std::uint64_t max) {
  auto taken = queues_.at(queue)->take(max);
  publish_size(queue);  // before the answer: when the worker has it, it must not read the old size
  // If the worker dies before it has read these items, `exit_of` puts them back, and the worker was
  // still on what it was on before.
  Unacknowledged sent{.queue = queue, .count = taken.count, .before = member.before};
  if (taken.task) {
    member.before = {.worker = member.before.worker,
                     .task = *taken.task,
                     .since = Clock::now(),
                     .pops = member.before.pops + 1};
  }
  sent.end = member.channel.post({.verb = Verb::items, .queue = queue, .count = taken.count},
                                 taken.payload);
  sent.payload = std::move(taken.payload);
  member.unacknowledged = std::move(sent);
}

// The worker has read all that it was sent before, since it asks again only after that. So nothing
// has to be kept for `put_back`.
void QueueServer::answer_with_nothing(Member& member, std::uint32_t queue) {
  member.unacknowledged.reset();
  member.channel.post({.verb = Verb::items, .queue = queue}, {});
}

// ---- batches and stealing -------------------------------------------------------------------

// Tasks for one worker: from the queue, or half of those that another worker has not begun. Stolen
// tasks pass through the queue, so that the thief takes a batch of the usual size.
std::vector<TaskId> QueueServer::next_batch(std::uint32_t queue) {
  ParentQueue& tasks = *queues_.at(queue);
  std::vector<TaskId> batch = tasks.take_batch();
  if (!batch.empty()) return batch;
  const auto theft = choose_theft(members_, [&](const Member& member) {
    return member.batch.queue() == queue ? member.not_begun() : 0;
  });
  if (theft.victim == nullptr) return batch;
  tasks.put_back_tasks(theft.victim->steal(theft.tasks));
  return tasks.take_batch();
}

// Called when a worker has finished its batch, or wants tasks of another queue. Tasks that it has
// not begun go back to their queue, and the last one that it began is kept in `before`.
void QueueServer::finish_batch(Member& member) {
  take_back_batch(member);
  member.before = member.in_flight();
  member.batch.give(member.channel.worker_batch(), member.batch.queue(), {});
}

// Takes back the tasks that one worker has not begun, and serves the workers that wait for tasks.
void QueueServer::take_back_batch(Member& member) {
  const auto not_begun = member.steal(kBatch);
  if (not_begun.empty()) return;
  queues_.at(member.batch.queue())->put_back_tasks(not_begun);
  changed(member.batch.queue());
}

void QueueServer::take_back_all(std::uint32_t queue) {
  for (Member& member : members_) {
    if (member.batch.queue() != queue) continue;
    queues_.at(queue)->put_back_tasks(member.steal(kBatch));
  }
}

// ---- waiting --------------------------------------------------------------------------------

// Sleeps until a worker rings its bell or ends, or `deadline` comes, or a timer of a worker.
void QueueServer::sleep_until(TimePoint deadline) {
  for (const WaitingConsumer& consumer : consumers_) {
    deadline = std::min(deadline, consumer.deadline);
  }
  for (const Member& member : members_) deadline = std::min(deadline, member.kill_at);

  // Two descriptors for each worker: the bell that it rings, and its pidfd. Every channel must be
  // asked to fall asleep, even if an earlier one has something to pump.
  std::vector<pollfd> fds;
  fds.reserve(2 * members_.size());
  bool may_sleep = true;
  for (Member& member : members_) {
    // Of a rejected worker only the end counts.
    if (!member.rejected) may_sleep &= member.channel.fall_asleep();
    fds.push_back(
        {.fd = member.rejected ? -1 : member.channel.bell_fd(), .events = POLLIN, .revents = 0});
    fds.push_back({.fd = member.pidfd.get(), .events = POLLIN, .revents = 0});
  }

  const auto left = std::max(Duration::zero(), may_sleep ? deadline - Clock::now() : Duration{});
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
  const timespec limit{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
  // Untimed if there is no deadline: a bell or a pidfd ends the wait. If no worker is left, there
  // is neither, and the wait is for ever: the orphaned wait that this project is about.
  const bool untimed = may_sleep && deadline == TimePoint::max();
  ppoll(fds.data(), fds.size(), untimed ? nullptr : &limit, nullptr);

  auto fd = fds.begin();
  for (Member& member : members_) {
    member.channel.wake_up((fd++)->revents != 0);
    member.dead = (fd++)->revents != 0;
  }
  serve_timers();
  reap_dead();
}

// A consumer that has waited long enough gets an empty answer. A worker gets SIGKILL when its grace
// period is over.
void QueueServer::serve_timers() {
  const TimePoint now = Clock::now();
  for (auto consumer = consumers_.begin(); consumer != consumers_.end();) {
    if (consumer->deadline > now) {
      ++consumer;
      continue;
    }
    answer_with_nothing(*consumer->member, consumer->queue);
    consumer = consumers_.erase(consumer);
  }
  for (Member& member : members_) {
    if (member.kill_at > now) continue;
    signal_all_of(member, SIGKILL);
    member.kill_at = TimePoint::max();
  }
}

}  // namespace workbench::processes
