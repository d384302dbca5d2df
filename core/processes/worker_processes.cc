// The lives of the workers, as the QueueServer sees them: forked, at work, ended or dead, reaped.
#include <cxxabi.h>  // abi::__forced_unwind
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "core/posix/fork.h"
#include "core/processes/queue_server.h"
#include "core/processes/wire.h"
#include "core/this_worker.h"

namespace workbench::processes {
namespace {

void flush_output() {
  std::fflush(stdout);
  std::fflush(stderr);
  std::cout.flush();
}

// Reaps a process that has ended or was killed. Returns what the kernel knows about its end.
Exit reap(const posix::UniqueFd& pidfd, WorkerId id) {
  siginfo_t info{};
  // Untimed: it has ended, or was just killed. A signal may interrupt the wait.
  while (waitid(P_PIDFD, static_cast<id_t>(pidfd.get()), &info, WEXITED) != 0) {
    // It was reaped already, by a `wait` elsewhere or because SIGCHLD is ignored.
    if (errno != EINTR) return {.worker = id, .how = Exit::How::unknown};
  }
  if (info.si_code == CLD_EXITED) {
    return {.worker = id, .how = Exit::How::exit, .code = info.si_status};
  }
  return {.worker = id, .how = Exit::How::signal, .signal = info.si_status};
}

// What `exit` does in a worker: not what the parent has registered with atexit.
void leave_without_handlers(int code, void* /*unused*/) {
  flush_output();
  _exit(code);
}

}  // namespace

QueueServer::~QueueServer() {
  if (!worker_end_) kill_all();
}

void QueueServer::start(WorkerId id, const std::function<void()>& body,
                        const std::shared_ptr<OnExit>& on_exit,
                        const posix::SignalHandlers& handlers) {
  std::list<Member> one;  // all memory first: a process that is in no list would be left behind
  Member& member = one.emplace_back(id, on_exit);
  flush_output();  // otherwise the worker would write the same output once more
  coarse_now();    // asks once how long a tick is: otherwise each worker would
  if (!parent_) parent_ = posix::open_pidfd(getpid());
  posix::Fork fork = posix::fork_process(stop_signal_, handlers);
  if (fork.in_child()) become_worker(member, body);
  member.pid = fork.pid;
  member.pidfd = std::move(fork.pidfd);
  members_.splice(members_.end(), one);
}

// The life of a worker process. The fork has copied the whole program, and the frames of the caller
// are below this one: nothing may get out of here, no exception and no `exit`.
void QueueServer::become_worker(Member& self, const std::function<void()>& body) {
  try {
    setpgid(0, 0);                  // a group of its own, to which belongs what its action starts
    std::signal(SIGTERM, SIG_DFL);  // even if the caller ignores it: it says that the time is up
    if (on_exit(leave_without_handlers, nullptr) != 0) _exit(EXIT_FAILURE);
    // Only the parent serves, so what is needed for that is dropped, with the other lines.
    consumers_.clear();
    producers_.clear();
    members_.clear();
    this_worker_id() = self.before.worker;
    worker_end_ = std::make_unique<WorkerEnd>(self.channel.take_line(), parent_);
    const std::string farewell = run_worker(body);
    flush_output();  // before the farewell: after it, the parent may kill this process
    worker_end()->send({.verb = Verb::farewell, .count = farewell.empty() ? 0U : 1U}, farewell);
    _exit(EXIT_SUCCESS);
  } catch (...) {
    _exit(EXIT_FAILURE);  // no memory, not even to say so
  }
}

// Runs the body; returns how it ended, as a message: empty if it returned. (About the attribute:
// see failure.cc.)
__attribute__((no_sanitize("null"))) std::string QueueServer::run_worker(
    const std::function<void()>& body) {
  try {
    body();
    return {};
  } catch (const abi::__forced_unwind&) {  // pthread_exit: it would go on into the caller's frames
    worker_end()->send({.verb = Verb::farewell, .count = 1},
                       item_of(Exit{.how = Exit::How::cancelled}));
    _exit(EXIT_SUCCESS);
  } catch (...) {
    return item_of(Exit{.how = Exit::How::exception, .failure = current_failure_if_possible()});
  }
}

// A worker is still on the task that it was on when it was first seen on it, whatever the shared
// memory says: no written time may keep it from ever being overdue.
std::vector<InFlight> QueueServer::in_flight() {
  std::vector<InFlight> all;
  const TimePoint now = Clock::now();
  for (Member& member : members_) {
    if (!member.served || member.farewell) continue;
    if (member.batch.is_damaged(member.channel.worker_batch())) {
      reject(member, "what it says of its tasks makes no sense");
      continue;
    }
    InFlight on = member.in_flight();
    if (member.first_seen.pops != on.pops || member.first_seen.since == TimePoint{}) {
      member.first_seen = {.since = now, .pops = on.pops};
    }
    const bool waits_for_room =
        std::any_of(producers_.begin(), producers_.end(),
                    [&](const WaitingProducer& each) { return each.member == &member; });
    on.since = std::min(on.since, member.first_seen.since);
    on.since = std::max(on.since, waits_for_room ? now : member.kept_waiting);
    all.push_back(on);
  }
  return all;
}

void QueueServer::request_stop() {
  for (const Member& member : members_) {
    if (member.served && !member.farewell) posix::send_signal(member.pidfd, stop_signal_);
  }
}

// To the worker, and to all that its action has started. (A worker that has no group yet has not
// begun an action either.)
void QueueServer::signal_all_of(const Member& member, int signal) {
  posix::send_signal_to_group(member.pidfd, member.pid, signal);
  posix::send_signal(member.pidfd, signal);
}

// Sends SIGTERM at once, and SIGKILL after the grace period. From now on the worker gets no more
// items, and other workers get the tasks that it has not begun.
bool QueueServer::end(const InFlight& in_flight) {
  serve();  // the worker may have gone on, and said so
  const auto member = std::find_if(members_.begin(), members_.end(), [&](const Member& each) {
    return each.before.worker == in_flight.worker && each.served && !each.farewell;
  });
  if (member == members_.end()) return false;
  // This decides: either the batch is closed, or the worker has begun another task meanwhile.
  if (!member->channel.worker_batch().close(in_flight.pops - member->before.pops)) return false;
  take_back_batch(*member);
  member->served = false;
  member->kill_at = deadline_after(Clock::now(), grace_);
  forget_waits(*member);
  signal_all_of(*member, SIGTERM);
  return true;
}

// Removes the workers whose end was noticed, and reports each. `on_exit` is called when the server
// is consistent again, because it may push into queues, and that serves other workers.
void QueueServer::reap_dead() {
  for (auto member = members_.begin(); member != members_.end();) {
    if (!member->dead) {
      ++member;
      continue;
    }
    const bool ended = !member->served;  // by `end`: that is not reported
    member->served = false;              // what it still asks for is not sent to it
    const Exit exit = exit_of(*member, ended);
    const std::shared_ptr<OnExit> on_exit = member->on_exit;
    forget_waits(*member);
    member = members_.erase(member);
    if (!ended) (*on_exit)(exit);
  }
}

// Returns how a dead worker ended. First all that it sent is handled: only then do we know what it
// pushed, which items it never read, and which tasks it never began. Those go back to their queues.
// Then its group is ended, unless it left of its own accord: no child of a lost action lives on.
Exit QueueServer::exit_of(Member& member, bool ended) {
  serve(member);
  const bool left = member.farewell && member.farewell->how == Exit::How::returned;
  if (!left || ended) signal_all_of(member, SIGKILL);
  Exit exit = reap(member.pidfd, member.before.worker);
  const auto& sent = member.unacknowledged;
  // It died before it had read the last answer, so it was never on the task in it.
  if (sent && !member.channel.was_read(sent->end)) {
    queues_.at(sent->queue)->put_back(sent->payload, sent->count);
    changed(sent->queue);
    member.before = sent->before;
  }
  const InFlight in_flight = member.in_flight();
  take_back_batch(member);
  if (member.farewell) exit = *std::move(member.farewell);  // it knew better than the kernel
  exit.worker = in_flight.worker;
  exit.task = in_flight.task;
  if (exit.failure && !exit.failure->task) exit.failure->task = exit.task;
  return exit;
}

void QueueServer::forget_waits(const Member& member) {
  const auto of_member = [&](const auto& waiting) { return waiting.member == &member; };
  consumers_.remove_if(of_member);
  producers_.remove_if(of_member);
}

void QueueServer::kill_all() {
  if (getpid() != owner_) return;  // a copy of the caller, forked by somebody else
  for (Member& member : members_) {
    member.served = false;
    signal_all_of(member, SIGKILL);
    reap(member.pidfd, member.before.worker);
    forget_waits(member);
  }
  members_.clear();
}

}  // namespace workbench::processes
