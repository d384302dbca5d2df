// The lives of the workers, as the QueueServer sees them: forked, at work, ended or dead, reaped.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
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
  if (waitid(P_PIDFD, static_cast<id_t>(pidfd.get()), &info, WEXITED) != 0) {
    // It was reaped already, by a `wait` elsewhere or because SIGCHLD is ignored. We know only that
    // it has ended.
    return {.worker = id, .how = Exit::How::exit, .code = -1};
  }
  if (info.si_code == CLD_EXITED) {
    return {.worker = id, .how = Exit::How::exit, .code = info.si_status};
  }
  return {.worker = id, .how = Exit::How::signal, .signal = info.si_status};
}

}  // namespace

QueueServer::~QueueServer() {
  if (!worker_end_) kill_all();
}

void QueueServer::start(WorkerId id, const std::function<void()>& body,
                        const std::shared_ptr<OnExit>& on_exit) {
  Line line;
  flush_output();  // otherwise the worker would write the same output once more
  posix::Fork fork = posix::fork_process();
  if (fork.in_child()) become_worker(std::move(line), id, body);
  members_.emplace_back(id, std::move(line), on_exit).pidfd = std::move(fork.pidfd);
}

// The life of a worker process. The fork has copied the whole server, but only the parent serves:
// what is needed for that is dropped, and the worker keeps its end of its own line.
void QueueServer::become_worker(Line line, WorkerId id, const std::function<void()>& body) {
  consumers_.clear();
  producers_.clear();
  members_.clear();  // closes this process's copies of the other lines
  worker_end_ = std::make_unique<WorkerEnd>(std::move(line));
  this_worker_id() = id;
  std::string payload;
  int code = EXIT_SUCCESS;
  try {
    body();
  } catch (...) {
    append_item(payload, current_failure());
    code = EXIT_FAILURE;
  }
  flush_output();  // before the farewell: after it, the parent may kill this process
  worker_end_->send({.verb = Verb::farewell, .count = payload.empty() ? 0U : 1U}, payload);
  _exit(code);  // not exit: functions registered with atexit are the parent's
}

std::vector<InFlight> QueueServer::in_flight() const {
  std::vector<InFlight> all;
  for (const Member& member : members_) {
    if (member.served && !member.farewell) all.push_back(member.in_flight());
  }
  return all;
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
  posix::send_signal(member->pidfd, SIGTERM);
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
    const Exit exit = exit_of(*member);
    const std::shared_ptr<OnExit> on_exit = member->on_exit;
    forget_waits(*member);
    member = members_.erase(member);
    if (!ended) (*on_exit)(exit);
  }
}

// Returns how a dead worker ended. First all that it sent is handled: only then do we know what it
// pushed, which items it never read, and which tasks it never began. Those go back to their queues.
Exit QueueServer::exit_of(Member& member) {
  Exit exit = reap(member.pidfd, member.before.worker);
  member.channel.pump();
  while (auto message = member.channel.next()) handle(member, *std::move(message));
  const auto& sent = member.unacknowledged;
  // It died before it had read the last answer, so it was never on the task in it.
  if (sent && !member.channel.was_read(sent->end)) {
    queues_.at(sent->queue)->put_back(sent->payload, sent->count);
    changed(sent->queue);
    member.before = sent->before;
  }
  const InFlight in_flight = member.in_flight();
  take_back_batch(member);
  if (member.farewell) {  // it knew better than the kernel how it ended
    exit = *std::move(member.farewell);
    exit.worker = in_flight.worker;
  }
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
  for (Member& member : members_) {
    member.served = false;
    posix::send_signal(member.pidfd, SIGKILL);
    reap(member.pidfd, member.before.worker);
    forget_waits(member);
  }
  members_.clear();
}

}  // namespace workbench::processes
