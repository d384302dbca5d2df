#include "scenarios/run/watch_program.h"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <optional>

#include "scenarios/hang_proof/examiner.h"
#include "scenarios/process/child_result.h"
#include "scenarios/process/supervised.h"

namespace workbench::scenarios {
namespace {

using hang_proof::Finding;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::chrono::milliseconds kPace{10};  // between two looks, at least
constexpr std::chrono::seconds kStillness{
    3};  // after so long, who is idle has failed, if that is asked
constexpr std::chrono::seconds kSilence{10};  // after so long, a person is told
constexpr std::chrono::seconds kGrace{1};     // for processes that outlive the command
constexpr std::chrono::seconds kPatience{5};  // with a command that was asked to end

struct Interrupt {
  int signal = 0;
  bool from_terminal = false;  ///< then the command has got it, too

  bool wants_to_know() const { return signal == SIGQUIT || signal == SIGUSR1; }
};

/// The signals that ask us to end, or what the program waits for. They are blocked, so they do not
/// end us; a descriptor becomes readable instead. So it does when a child has ended.
class Interrupts {
 public:
  explicit Interrupts(const posix::InheritedSignals& inherited) {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGCHLD, kStarterDied}) {
      if (signal == SIGCHLD || !inherited.ignores(signal)) sigaddset(&set, signal);
    }
    std::signal(SIGCHLD, SIG_DFL);
    std::signal(SIGPIPE, SIG_IGN);  // whoever reads what we say may go away
    sigprocmask(SIG_BLOCK, &set, nullptr);
    fd_ = posix::UniqueFd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  }

  int fd() const { return fd_.get(); }

  /// The next signal that has come, if any.
  std::optional<Interrupt> take() const {
    signalfd_siginfo info{};
    do {
      if (read(fd_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
    } while (info.ssi_signo == SIGCHLD);
    return Interrupt{static_cast<int>(info.ssi_signo), info.ssi_code == SI_KERNEL};
  }

 private:
  posix::UniqueFd fd_;
};

// In the child: turns this process into the command. If that is impossible, writes `errno` to
// `no_exec`.
int become(const ProgramSpec& spec, const ChildResult<int>& no_exec) {
  spec.signals.restore();
  if (spec.stdout_to_stderr) dup2(STDERR_FILENO, STDOUT_FILENO);
  std::vector<char*> words;
  for (const std::string& word : spec.command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execvp(words.front(), words.data());
  no_exec.write(errno);
  return EXIT_FAILURE;
}

/// Lets the command answer interrupts as if nobody watched it, but not for ever.
class InterruptPolicy {
 public:
  explicit InterruptPolicy(TimePoint deadline) : deadline_(deadline) {}

  /// Passes the signal on, unless the terminal has also sent it to the command. Returns false if
  /// the command should be ended now, because this is Ctrl-C and not the first signal.
  bool pass_on(const Interrupt& interrupt) {
    const bool ctrl_c = interrupt.signal == SIGINT && interrupt.from_terminal;
    if (ctrl_c && last_ != 0) return false;
    if (!interrupt.from_terminal && interrupt.signal != last_) {  // some senders repeat it
      for (const pid_t each : hang_proof::processes_of({.root = getpid(), .with_root = false}))
        kill(each, interrupt.signal);
    }
    // Ctrl-C sets no limit: at a prompt, for example, it only cancels the line that a person typed.
    if (!ctrl_c) limit_ = std::min(limit_, Clock::now() + kPatience);
    last_ = interrupt.signal;
    return true;
  }

  /// When to look again.
  TimePoint next(TimePoint look) const { return std::min({look, deadline_, limit_}); }
  bool out_of_patience() const { return Clock::now() >= limit_; }
  int last() const { return last_; }

 private:
  TimePoint deadline_;
  TimePoint limit_ = TimePoint::max();
  int last_ = 0;
};

void watch_until_end(const ProgramSpec& spec, ProgramRecord& record) {
  const TimePoint start = Clock::now();
  const Interrupts interrupts(spec.signals);
  const ChildResult<int> no_exec;
  EndedProcesses ended(getpid());
  ChildProcess child([&] { return become(spec, no_exec); }, ChildProcess::Group::ours);
  const TimePoint deadline =
      spec.deadline.count() == 0 ? TimePoint::max() : deadline_after(start, spec.deadline);
  InterruptPolicy policy(deadline);
  const auto conclude = [&](ProgramVerdict verdict) {
    record.verdict = verdict;
    ended.update();
    record.ended = ended.all();
    record.may_miss_ends = ended.may_miss_some();
    record.waits = hang_proof::waits_of(record.finding.snapshots);
    record.elapsed_ms = Milliseconds(Clock::now() - start).count();
    if (!record.ended_by_force) ChildProcess::ask_all_to_end(kGrace);
  };
  hang_proof::Examiner examiner({.root = getpid(), .with_root = false}, kPace);
  bool told = false;
  while (!child.wait_until(policy.next(examiner.next()), interrupts.fd())) {
    ended.update();
    child.reap_others([&](pid_t process, ProcessEnd end) {
      ended.note({.process = process, .command = "process", .end = end, .when = Clock::now()});
    });
    const auto interrupt = interrupts.take();
    if (interrupt && interrupt->wants_to_know()) {
      if (spec.tell) spec.tell(examiner.look());
      continue;
    }
    const TimePoint now = Clock::now();
    if (!interrupt && now < policy.next(examiner.next())) continue;  // a child has ended
    record.finding = examiner.look();
    record.still_since = examiner.still_since();
    const bool alone = interrupt && interrupt->signal == kStarterDied;
    const bool enough = alone || (interrupt && !policy.pass_on(*interrupt));
    const auto kind = record.finding.kind;
    const bool runs = kind == Finding::Kind::alive;
    const auto unended = runs ? ProgramVerdict::stuck : ProgramVerdict::idle;
    record.interrupted_by = policy.last();
    record.ended_by_force = enough || policy.out_of_patience();
    if (record.ended_by_force) return conclude(ProgramVerdict::stuck);
    if (interrupt) continue;  // we looked before the signal was passed on
    if (kind == Finding::Kind::hang) return conclude(ProgramVerdict::hang);
    if (Clock::now() >= deadline) return conclude(unended);
    const bool is_still = examiner.still_since() != TimePoint::max();
    const Duration still = is_still ? Clock::now() - examiner.still_since() : Duration{};
    if (spec.fail_idle && !runs && !record.finding.is_timed && still >= kStillness) {
      return conclude(ProgramVerdict::idle);
    }
    if (!told && still >= kSilence && spec.deadline.count() == 0) {
      told = true;
      fmt::print(stderr, "workbench: nothing of it has run for 10 s: {}\n", record.finding.why);
    }
  }
  record.end = child.end();
  if (const auto error = no_exec.read()) {
    throw NoSuchCommand(
        fmt::format("cannot run '{}': {}", spec.command.front(), std::strerror(*error)));
  }
  record.left_behind = ChildProcess::left_behind(kGrace);
  conclude(record.end.signal ? ProgramVerdict::crash : ProgramVerdict::completed);
}

}  // namespace

// Shells and build tools start many programs whose exit code is not 0, and that means nothing. So
// the first that was killed counts; if none was, the last that has failed.
std::string first_cause(const ProgramRecord& record) {
  const auto& ended = record.ended;
  auto first = std::find_if(ended.begin(), ended.end(),
                            [](const EndedProcess& each) { return each.end.signal.has_value(); });
  if (first == ended.end()) {
    const auto last = std::find_if(ended.rbegin(), ended.rend(),
                                   [](const EndedProcess& each) { return each.is_failure(); });
    if (last == ended.rend()) return "";
    first = std::prev(last.base());
  }
  if (record.still_since == TimePoint::max()) return first->text();
  const auto before = std::chrono::duration<double>(record.still_since - first->when).count();
  return fmt::format("{} {:.1f} s before everything stood still", first->text(),
                     std::max(before, 0.0));
}

ProgramRecord watch_program(const ProgramSpec& spec) {
  ProgramRecord record;
  watch_until_end(spec, record);
  record.defiant = hang_proof::processes_of(
      {.root = getpid(), .with_root = false});  // all others have been ended
  return record;
}

}  // namespace workbench::scenarios
