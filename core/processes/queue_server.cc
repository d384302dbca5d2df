#include "core/processes/queue_server.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <stdexcept>
#include <system_error>

#include "core/processes/wire.h"
#include "core/this_worker.h"

extern "C" {  // glibc 2.36 does not say so itself
#include <sys/pidfd.h>
}

namespace workbench::processes {
namespace {

void flush_output() {
  std::fflush(stdout);
  std::fflush(stderr);
  std::cout.flush();
}

// What the system knows of the end of a process that has ended.
Exit reap(int pidfd, WorkerId id) {
  siginfo_t info{};
  if (waitid(P_PIDFD, static_cast<id_t>(pidfd), &info, WEXITED) != 0) {
    // Somebody else collected it (SIGCHLD ignored, a foreign wait): that it ended is all we know.
    return {.worker = id, .how = Exit::How::exit, .code = -1};
  }
  if (info.si_code == CLD_EXITED) {
    return {.worker = id, .how = Exit::How::exit, .code = info.si_status};
  }
  return {.worker = id, .how = Exit::How::signal, .signal = info.si_status};
}

}  // namespace

Hub::~Hub() {
  if (!worker_end_) kill_all();
}

std::uint32_t Hub::add(ParentQueue& queue) {
  const auto* const slot = std::find(queues_.begin(), queues_.end(), nullptr);
  if (slot == queues_.end()) throw std::length_error("too many queues");
  const auto id = static_cast<std::uint32_t>(slot - queues_.begin());
  queues_.at(id) = &queue;
  publish_size(id);
  return id;
}

void Hub::remove(std::uint32_t queue) { queues_.at(queue) = nullptr; }

void Hub::publish_size(std::uint32_t queue) { sizes_->at(queue) = queues_.at(queue)->size(); }

// ---- starting -------------------------------------------------------------------------------

void Hub::start(WorkerId id, const std::function<void()>& body,
                const std::shared_ptr<OnExit>& on_exit) {
  Line line;
  flush_output();  // or the worker would write our unwritten output once more
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) {
    // The kernel takes the worker with its parent; unless the parent was gone before it was asked.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(EXIT_FAILURE);
    become_worker(std::move(line), id, body);
  }
  UniqueFd pidfd(pidfd_open(pid, 0));
  if (!pidfd) {
    const int error = errno;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);  // ends at once: it was just killed
    throw std::system_error(error, std::generic_category(), "pidfd_open");
  }
  members_.emplace_back(id, std::move(line), on_exit).pidfd = std::move(pidfd);
}

void Hub::become_worker(Line line, WorkerId id, const std::function<void()>& body) {
  takers_.clear();
  putters_.clear();
  members_.clear();  // closes our copies of the others' lines
  worker_end_ = std::make_unique<WorkerEnd>(std::move(line));
  this_worker_id() = id;
  std::string items;
  int code = EXIT_SUCCESS;
  try {
    body();
  } catch (...) {
    append_item(items, current_failure());
    code = EXIT_FAILURE;
  }
  flush_output();  // before the farewell, after which the parent may end us
  worker_end_->send({.verb = Verb::farewell, .count = items.empty() ? 0U : 1U}, items);
  _exit(code);  // not exit: what is registered there belongs to the parent
}

// ---- serving --------------------------------------------------------------------------------

void Hub::serve() {
  for (Member& member : members_) {
    member.channel.pump();
    while (auto message = member.channel.next()) handle(member, *std::move(message));
  }
}

void Hub::handle(Member& member, Message message) {
  if (member.rejected) return;
  if (queues_.at(message.header.queue) == nullptr && message.header.verb != Verb::farewell) {
    return;  // for a queue that the parent has destroyed
  }
  switch (message.header.verb) {
    case Verb::put:
      return handle_put(member, std::move(message));
    case Verb::take:
      return handle_take(member, message.header);
    case Verb::farewell: {
      std::string_view items = message.items;
      member.farewell = message.header.count == 0 ? Exit{.how = Exit::How::returned}
                                                  : Exit{.how = Exit::How::exception,
                                                         .failure = read_item<Failure>(items)};
      member.kill_at = deadline_after(Clock::now(), grace_);  // it has nothing left to do
      return;
    }
    case Verb::items:
    case Verb::batch:
    case Verb::accepted:
      return;  // a parent's words; no worker says them
  }
}

void Hub::handle_put(Member& member, Message message) {
  const bool wants_answer = message.header.wait_ns != 0;
  if (wants_answer) {
    putters_.push_back({&member, message.header.queue, std::move(message.items)});
  } else {
    put(member, message.header.queue, message.items, message.header.count);
  }
  changed(message.header.queue);
}

// A worker whose items cannot be read is as good as one that died before it pushed them.
bool Hub::put(Member& member, std::uint32_t queue, std::string_view items, std::uint64_t count) {
  try {
    queues_.at(queue)->put(items, count);
    return true;
  } catch (...) {
    member.farewell = Exit{.how = Exit::How::exception, .failure = current_failure()};
    member.rejected = true;
    member.kill_at = Clock::now();
    return false;
  }
}

void Hub::handle_take(Member& member, const Header& header) {
  if (!member.served) {
    member.kill_at = Clock::now();  // what its grace was for is over
    return;
  }
  if (queues_.at(header.queue)->workers() > 0 && answer_with_batch(member, header.queue)) return;
  const Duration wait = header.wait_ns == kForever.count() ? kForever : Duration(header.wait_ns);
  if (queues_.at(header.queue)->size() > 0 || wait <= Duration::zero()) {
    answer(member, header.queue, header.count);
    changed(header.queue);
  } else {
    takers_.push_back({&member, header.queue, header.count, deadline_after(Clock::now(), wait)});
  }
}

// Half of what the one with the most has not begun goes back to where it came from.
void Hub::take_back_half(std::uint32_t queue) {
  Member* richest = nullptr;
  std::size_t most = 0;
  for (Member& member : members_) {
    const std::size_t tasks = member.channel.hand().not_begun();
    if (member.hand_queue == queue && tasks > most) richest = &member;
    most = std::max(most, tasks);
  }
  if (richest == nullptr) return;
  queues_.at(queue)->return_batch(richest->channel.hand().take(half_of(most)));
}

void Hub::take_back_all(std::uint32_t queue) {
  for (Member& member : members_) {
    if (member.hand_queue != queue) continue;
    queues_.at(queue)->return_batch(member.channel.hand().take(kBatch));
  }
}

// False: there is no task for it, not even in the others' hands.
bool Hub::answer_with_batch(Member& member, std::uint32_t queue) {
  std::vector<TaskId> batch = queues_.at(queue)->take_batch();
  if (batch.empty()) {
    take_back_half(queue);
    batch = queues_.at(queue)->take_batch();
  }
  member.hold = member.now();
  member.hand_queue = queue;
  member.channel.hand().fill(batch);
  if (batch.empty()) return false;
  publish_size(queue);
  member.channel.post({.verb = Verb::batch, .queue = queue}, {});
  return true;
}

void Hub::answer(Member& member, std::uint32_t queue, std::uint64_t max) {
  if (queues_.at(queue)->workers() > 0 && max > 0 && answer_with_batch(member, queue)) return;
  auto taken = queues_.at(queue)->take(max);
  publish_size(queue);  // before the answer: its reader must not find the old size
  Offer offer{.queue = queue, .count = taken.count, .before = member.hold};
  if (taken.task) {
    member.hold = {.worker = member.hold.worker,
                   .task = *taken.task,
                   .since = Clock::now(),
                   .pops = member.hold.pops + 1};
  }
  offer.end =
      member.channel.post({.verb = Verb::items, .queue = queue, .count = taken.count}, taken.items);
  offer.items = std::move(taken.items);
  member.offer = std::move(offer);
}

void Hub::changed(std::uint32_t queue) {
  ParentQueue& items = *queues_.at(queue);
  const auto waits_here = [&](const auto& waiter) { return waiter.queue == queue; };
  for (;;) {
    const auto putter = std::find_if(putters_.begin(), putters_.end(), waits_here);
    if (putter != putters_.end() && items.has_room()) {
      if (put(*putter->member, queue, putter->items, 1)) {
        putter->member->channel.post({.verb = Verb::accepted, .queue = queue}, {});
      }
      putters_.erase(putter);
      continue;
    }
    const auto taker = std::find_if(takers_.begin(), takers_.end(), waits_here);
    if (taker == takers_.end() || items.size() == 0) break;
    const Taker next = *taker;
    takers_.erase(taker);
    answer(*next.member, queue, next.max);
  }
  publish_size(queue);
}

// ---- waiting --------------------------------------------------------------------------------

void Hub::sleep_until(TimePoint deadline) {
  for (const Taker& taker : takers_) deadline = std::min(deadline, taker.deadline);
  for (const Member& member : members_) deadline = std::min(deadline, member.kill_at);

  std::vector<pollfd> fds;
  fds.reserve(2 * members_.size());
  bool may_sleep = true;
  for (Member& member : members_) {
    may_sleep &= member.channel.fall_asleep();
    fds.push_back({.fd = member.channel.bell_fd(), .events = POLLIN, .revents = 0});
    fds.push_back({.fd = member.pidfd.get(), .events = POLLIN, .revents = 0});
  }

  const auto left = std::max(Duration::zero(), may_sleep ? deadline - Clock::now() : Duration{});
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
  const timespec limit{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
  // Untimed when there is no deadline: a bell or a pidfd ends it. With no worker left there is
  // neither, and the wait is what it looks like: for ever.
  const bool untimed = may_sleep && deadline == TimePoint::max();
  ppoll(fds.data(), fds.size(), untimed ? nullptr : &limit, nullptr);

  auto fd = fds.begin();
  for (Member& member : members_) {
    member.channel.wake_up((fd++)->revents != 0);
    member.dead = (fd++)->revents != 0;
  }
  serve_timers();
  bury_the_dead();
}

void Hub::serve_timers() {
  const TimePoint now = Clock::now();
  for (auto taker = takers_.begin(); taker != takers_.end();) {
    const Taker due = *taker;
    if (due.deadline > now) {
      ++taker;
      continue;
    }
    taker = takers_.erase(taker);
    answer(*due.member, due.queue, 0);
  }
  for (Member& member : members_) {
    if (member.kill_at > now) continue;
    pidfd_send_signal(member.pidfd.get(), SIGKILL, nullptr, 0);
    member.kill_at = TimePoint::max();
  }
}

// ---- ending ---------------------------------------------------------------------------------

void Hub::bury_the_dead() {
  for (auto member = members_.begin(); member != members_.end();) {
    if (!member->dead) {
      ++member;
      continue;
    }
    const bool ended = !member->served;  // by us, so nobody is waiting for the news
    member->served = false;              // what it asked for last goes to somebody else
    const Exit exit = last_words(*member);
    const std::shared_ptr<OnExit> on_exit = member->on_exit;
    forget(*member);
    member = members_.erase(member);
    if (!ended) (*on_exit)(exit);
  }
}

// Hears a dead worker's line to its end, puts back what it did not receive, and says how it ended.
Exit Hub::last_words(Member& member) {
  Exit exit = reap(member.pidfd.get(), member.hold.worker);
  member.channel.pump();
  while (auto message = member.channel.next()) handle(member, *std::move(message));
  if (member.offer && !member.channel.was_read(member.offer->end)) {
    queues_.at(member.offer->queue)->put_back(member.offer->items, member.offer->count);
    changed(member.offer->queue);
    member.hold = member.offer->before;
  }
  const Hold hold = member.now();
  const auto not_begun = member.channel.hand().take(kBatch);
  if (!not_begun.empty()) {
    queues_.at(member.hand_queue)->return_batch(not_begun);
    changed(member.hand_queue);
  }
  if (member.farewell) {
    exit = *std::move(member.farewell);
    exit.worker = hold.worker;
  }
  exit.task = hold.task;
  if (exit.failure && !exit.failure->task) exit.failure->task = exit.task;
  return exit;
}

void Hub::forget(const Member& member) {
  const auto of_member = [&](const auto& waiter) { return waiter.member == &member; };
  takers_.remove_if(of_member);
  putters_.remove_if(of_member);
}

std::vector<Hold> Hub::holds() const {
  std::vector<Hold> holds;
  for (const Member& member : members_) {
    if (member.served && !member.farewell) holds.push_back(member.now());
  }
  return holds;
}

bool Hub::end(const Hold& hold) {
  serve();  // it may have moved on, and said so
  const auto member = std::find_if(members_.begin(), members_.end(), [&](const Member& each) {
    return each.hold.worker == hold.worker && each.served && !each.farewell;
  });
  if (member == members_.end()) return false;
  if (!member->channel.hand().close(hold.pops - member->hold.pops)) return false;
  const auto not_begun = member->channel.hand().take(kBatch);
  if (!not_begun.empty()) {
    queues_.at(member->hand_queue)->return_batch(not_begun);
    changed(member->hand_queue);
  }
  member->served = false;
  member->kill_at = deadline_after(Clock::now(), grace_);
  forget(*member);
  pidfd_send_signal(member->pidfd.get(), SIGTERM, nullptr, 0);
  return true;
}

void Hub::kill_all() {
  for (Member& member : members_) {
    member.served = false;
    pidfd_send_signal(member.pidfd.get(), SIGKILL, nullptr, 0);
    reap(member.pidfd.get(), member.hold.worker);
    forget(member);
  }
  members_.clear();
}

}  // namespace workbench::processes
