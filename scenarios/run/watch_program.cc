#include "scenarios/run/watch_program.h"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

#include "scenarios/hang_proof/examiner.h"
#include "scenarios/process/child_result.h"
#include "scenarios/process/run_program.h"
#include "scenarios/process/supervised.h"
#include "scenarios/run/watched_program.h"

namespace workbench::scenarios {
namespace {

using hang_proof::Finding;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::chrono::milliseconds kPace{10};  // between two looks, at least
constexpr std::chrono::seconds kStillness{
    3};  // after so long, who is idle has failed, if that is asked
constexpr std::chrono::seconds kSilence{10};  // after so long, a person is told
constexpr std::chrono::minutes kForACore{1};  // for gcore to write one
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

/// Lets the program answer interrupts as if nobody watched it, but not for ever.
class InterruptPolicy {
 public:
  InterruptPolicy(WatchedProgram& program, TimePoint deadline)
      : program_(program), deadline_(deadline) {}

  /// Passes the signal on, unless the terminal has also sent it to the command. Returns false if
  /// the watching should end now: because this is Ctrl-C and not the first signal, or because
  /// signals are not for the program.
  bool pass_on(const Interrupt& interrupt) {
    const bool ctrl_c = interrupt.signal == SIGINT && interrupt.from_terminal;
    const bool is_second = last_ != 0;
    const bool is_repeated = interrupt.signal == last_;  // some senders repeat it
    last_ = interrupt.signal;
    if (ctrl_c && is_second) return false;
    if (!interrupt.from_terminal && !is_repeated && !program_.pass_on(interrupt.signal)) {
      return false;
    }
    // Ctrl-C sets no limit: at a prompt, for example, it only cancels the line that a person typed.
    if (!ctrl_c) limit_ = std::min(limit_, Clock::now() + kPatience);
    return true;
  }

  /// When to look again.
  TimePoint next(TimePoint look) const { return std::min({look, deadline_, limit_}); }
  bool out_of_patience() const { return Clock::now() >= limit_; }
  int last() const { return last_; }

 private:
  WatchedProgram& program_;
  TimePoint deadline_;
  TimePoint limit_ = TimePoint::max();
  int last_ = 0;
};

/// Watches a program until there is a verdict.
class ProgramWatch {
 public:
  ProgramWatch(const ProgramSpec& spec, WatchedProgram& program, const Interrupts& interrupts,
               EndedProcesses& ended)
      : spec_(spec),
        program_(program),
        interrupts_(interrupts),
        ended_(ended),
        deadline_(spec.deadline.count() == 0 ? TimePoint::max()
                                             : deadline_after(start_, spec.deadline)),
        policy_(program, deadline_),
        examiner_(program.tree(), kPace) {}

  ProgramRecord to_the_end() {
    while (!program_.wait_until(policy_.next(examiner_.next()), interrupts_.fd())) {
      ended_.update();
      program_.reap(ended_);
      const auto interrupt = interrupts_.take();
      if (interrupt && interrupt->wants_to_know()) {
        tell();
        continue;
      }
      if (!interrupt && Clock::now() < policy_.next(examiner_.next())) continue;  // a child's end
      if (const auto verdict = verdict_after(interrupt)) return conclude(*verdict);
    }
    record_.end = program_.end();
    record_.left_behind = program_.left_behind();
    if (!record_.end.code && !record_.end.signal) record_.end = end_by_the_ledger();
    return conclude(record_.end.signal ? ProgramVerdict::crash : ProgramVerdict::completed);
  }

 private:
  // Looks at the program. Empty: it is to be watched on.
  std::optional<ProgramVerdict> verdict_after(const std::optional<Interrupt>& interrupt) {
    if (interrupt && interrupt->signal == SIGTERM)
      tell();  // an outer clock: it may be the last word
    finding_ = examiner_.look();
    if (Clock::now() >= deadline_ && has_ended_meanwhile()) return std::nullopt;
    const bool alone = interrupt && interrupt->signal == kStarterDied;
    const bool enough = alone || (interrupt && !policy_.pass_on(*interrupt));
    record_.interrupted_by = policy_.last();
    record_.ended_by_force = enough || policy_.out_of_patience();
    const bool runs = finding_.kind == Finding::Kind::alive;
    if (record_.ended_by_force) return ProgramVerdict::stuck;
    if (interrupt) return std::nullopt;  // we looked before the signal was passed on
    if (finding_.kind == Finding::Kind::hang) return ProgramVerdict::hang;
    if (Clock::now() >= deadline_) return runs ? ProgramVerdict::stuck : ProgramVerdict::idle;
    const TimePoint since = examiner_.still_since();
    const Duration still = since == TimePoint::max() ? Duration{} : Clock::now() - since;
    if (spec_.fail_idle && !runs && !finding_.is_timed && still >= kStillness) {
      return ProgramVerdict::idle;
    }
    if (!told_ && still >= kSilence && spec_.deadline.count() == 0) {
      told_ = true;
      fmt::print(stderr, "workbench: nothing of it has run for 10 s: {}\n", finding_.why);
    }
    return std::nullopt;
  }

  // Helpers of a language's runtime wake up now and then, for a moment. If one look at the deadline
  // meets one of them, the program may be idle all the same. So look some more times.
  bool has_ended_meanwhile() {
    constexpr int kMore = 20;
    for (int i = 0; i < kMore && finding_.kind == Finding::Kind::alive; ++i) {
      if (program_.wait_until(Clock::now() + kPace, -1)) return true;
      finding_ = examiner_.look();
    }
    return false;
  }

  void tell() {
    if (spec_.tell) spec_.tell(scene_of(program_.tree(), examiner_.look(), spec_.scene));
  }

  ProgramRecord conclude(ProgramVerdict verdict) {
    record_.verdict = verdict;
    record_.still_since = examiner_.still_since();
    record_.elapsed_ms = Milliseconds(Clock::now() - start_).count();
    ended_.update();
    record_.ended = ended_.all();
    record_.may_miss_ends = ended_.may_miss_some();
    const bool has_ended = verdict == ProgramVerdict::completed || verdict == ProgramVerdict::crash;
    const bool is_kept = spec_.pid != 0 && !spec_.kills;
    if (!has_ended && !record_.ended_by_force) {
      SceneOptions options = spec_.scene;
      if (!is_kept) options.afterwards = stacks::Afterwards::is_ended;
      record_.scene = scene_of(program_.tree(), std::move(finding_), options);
      if (!spec_.core_directory.empty()) record_.cores = write_cores();
    }
    if (is_kept) return std::move(record_);
    if (!record_.ended_by_force) program_.ask_to_end();
    record_.defiant = program_.end_by_force();
    return std::move(record_);
  }

  // Who is not its parent hears of its end only there.
  ProcessEnd end_by_the_ledger() {
    ended_.update();
    for (const EndedProcess& each : ended_.all()) {
      if (each.process == spec_.pid) return each.end;
    }
    return {};
  }

  std::vector<std::string> write_cores() const {
    std::vector<std::string> cores;
    for (const pid_t process : hang_proof::processes_of(program_.tree())) {
      const std::string core = fmt::format("{}/core", spec_.core_directory);
      if (output_of({"gcore", "-o", core, std::to_string(process)}, kForACore)) {
        cores.push_back(fmt::format("{}.{}", core, process));
      }
    }
    return cores;
  }

  const ProgramSpec& spec_;
  WatchedProgram& program_;
  const Interrupts& interrupts_;
  EndedProcesses& ended_;
  const TimePoint start_ = Clock::now();
  const TimePoint deadline_;
  InterruptPolicy policy_;
  hang_proof::Examiner examiner_;
  Finding finding_{};
  ProgramRecord record_{};
  bool told_ = false;
};

ProgramRecord watch_command(const ProgramSpec& spec, const Interrupts& interrupts) {
  const ChildResult<int> no_exec;
  EndedProcesses ended({getpid()});
  StartedProgram program([&] { return become(spec, no_exec); });
  ProgramRecord record = ProgramWatch(spec, program, interrupts, ended).to_the_end();
  if (const auto error = no_exec.read()) {
    throw NoSuchCommand(
        fmt::format("cannot run '{}': {}", spec.command.front(), std::strerror(*error)));
  }
  return record;
}

ProgramRecord watch_process(const ProgramSpec& spec, const Interrupts& interrupts) {
  AttachedProgram program(spec.pid);
  EndedProcesses ended(hang_proof::processes_of(program.tree()));
  return ProgramWatch(spec, program, interrupts, ended).to_the_end();
}

constexpr double kAtOnce = 0.05;  // seconds

std::string ago(const ProgramRecord& record, const EndedProcess& ended) {
  if (record.still_since == TimePoint::max()) return "";
  const auto before = std::chrono::duration<double>(record.still_since - ended.when).count();
  if (before < kAtOnce) return " just before everything stood still";
  return fmt::format(" {:.1f} s before everything stood still", before);
}

std::string wait_at(const Scene& scene, std::size_t index) {
  const hang_proof::ThreadSnapshot& thread = scene.finding.snapshots[index];
  const stacks::StackLines& frames = scene.best_stack(thread.thread);
  const auto own = std::find_if(frames.begin(), frames.end(),
                                [](const stacks::StackLine& each) { return each.is_of_program; });
  const std::string where = own == frames.end() ? "" : ", in " + own->text;
  return fmt::format("{} {} {}{}", thread.command, thread.thread, scene.waits[index].text(), where);
}

// Where the first thread waits that runs code of the program; and if it waits for another one, and
// that one for a third, where the last of them waits.
std::string first_wait(const Scene& scene) {
  const auto& threads = scene.finding.snapshots;
  const auto found = std::find_if(threads.begin(), threads.end(), [&](const auto& thread) {
    return !scene.is_of_the_runtime(thread);
  });
  if (found == threads.end()) return "";
  const auto first = static_cast<std::size_t>(found - threads.begin());
  const std::size_t last = hang_proof::last_link(scene.waits, first);
  if (last == first) return wait_at(scene, first);
  return fmt::format("{}; {} {} {}", wait_at(scene, last), threads[first].command,
                     threads[first].thread, scene.waits[first].text());
}

}  // namespace

// Shells and build tools start many programs whose exit code is not 0, and that means nothing. So
// of those that have failed, only a worker counts: one that has the name of somebody who still
// waits.
std::string first_cause(const ProgramRecord& record) {
  const auto& ended = record.ended;
  const auto killed = std::find_if(ended.begin(), ended.end(), [](const EndedProcess& each) {
    return each.end.signal.has_value();
  });
  if (killed != ended.end()) return killed->text() + ago(record, *killed);
  std::string circle = record.scene.circle();
  if (!circle.empty()) return circle;
  for (const stacks::ToolReport& report : record.scene.tool_reports) {
    if (!report.deadlock.empty()) {
      return fmt::format("deadlock in process {}: {}", report.process, report.deadlock);
    }
  }
  const auto& waiting = record.scene.finding.snapshots;
  const auto failed = std::find_if(ended.rbegin(), ended.rend(), [&](const EndedProcess& each) {
    return each.is_failure() && std::any_of(waiting.begin(), waiting.end(), [&](const auto& other) {
             return other.command == each.command;
           });
  });
  if (failed != ended.rend()) return failed->text() + ago(record, *failed);
  return first_wait(record.scene);
}

ProgramRecord watch_program(const ProgramSpec& spec) {
  const Interrupts interrupts(spec.signals);
  return spec.pid == 0 ? watch_command(spec, interrupts) : watch_process(spec, interrupts);
}

}  // namespace workbench::scenarios
