#include "scenarios/hang_proof/proof.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/hang_proof/frozen_tree.h"
#include "scenarios/hang_proof/holders.h"
#include "scenarios/hang_proof/self_acting.h"
#include "scenarios/hang_proof/wakers.h"

namespace workbench::hang_proof {
namespace {

std::string name_of(const ThreadSnapshot& snapshot) {
  return snapshot.command + " (" + std::to_string(snapshot.thread) + ")";
}

// What speaks against a hang in the snapshots alone: first of all a thread that runs, then one
// whose wait has a limit of time, then one whose system call cannot be read. Empty: every thread
// waits without a limit.
std::optional<Finding> objection(const std::vector<ThreadSnapshot>& snapshots) {
  if (snapshots.empty()) return Finding{.why = "nothing is left of it"};
  const auto find = [&](auto is_so) -> const ThreadSnapshot* {
    const auto found = std::find_if(snapshots.begin(), snapshots.end(), is_so);
    return found == snapshots.end() ? nullptr : &*found;
  };
  const auto is_hidden = [](const ThreadSnapshot& each) { return each.call_line.empty(); };
  if (const auto* runner = find([](const ThreadSnapshot& each) { return each.runs(); })) {
    const bool stopped = runner->state == 'T' || runner->state == 't';
    return Finding{.why = name_of(*runner) + (stopped ? " is stopped" : " runs")};
  }
  const auto* limited =
      find([&](const ThreadSnapshot& each) { return !is_hidden(each) && !each.waits_untimed(); });
  if (limited != nullptr) {
    const auto call = limited->call();
    if (!call) return Finding{.why = name_of(*limited) + " runs"};
    return Finding{
        .kind = Finding::Kind::idle,
        .why = name_of(*limited) + " is in " + call->name() + ", which has a limit of time",
        .is_timed = true};
  }
  const auto* hidden = find(is_hidden);
  if (hidden == nullptr) return std::nullopt;
  return Finding{Finding::Kind::unreadable, name_of(*hidden) + ": its call cannot be read"};
}

/// Collects what speaks against a hang. One thing outside is enough; what cannot be known counts
/// only if there is nothing else.
class Objections {
 public:
  void add(const WakerReach& reach, const std::string& who) {
    if (reach.inside()) return;
    all_.push_back(who + ": " + reach.why);
    const bool outside = reach.kind == WakerReach::Kind::outside;
    auto& slot = outside ? outside_ : unknown_;
    if (slot) return;
    const auto kind = outside ? Finding::Kind::idle : Finding::Kind::unreadable;
    slot = Finding{kind, who + ": " + reach.why};
  }

  std::optional<Finding> worst() const { return outside_ ? outside_ : unknown_; }
  const std::vector<std::string>& all() const { return all_; }

 private:
  std::vector<std::string> all_;
  std::optional<Finding> outside_;
  std::optional<Finding> unknown_;
};

std::string name_of(pid_t process) { return "process " + std::to_string(process); }

Objections objections_of(const std::vector<pid_t>& processes,
                         const std::vector<WaitingThread>& threads, bool keep_descriptors) {
  Objections objections;
  const Holders holders(processes, keep_descriptors);
  for (const pid_t process : processes) {
    objections.add(acting_for(process, holders), name_of(process));
  }
  const Wakers wakers(holders);
  for (const WaitingThread& waiting : threads) {
    objections.add(wakers.reach_of(waiting), "thread " + std::to_string(waiting.thread));
  }
  if (!objections.worst()) objections.add(tracees_of(processes), "one of its processes");
  return objections;
}

std::vector<WaitingThread> untimed_waits_in(const std::vector<ThreadSnapshot>& snapshots) {
  std::vector<WaitingThread> waits;
  for (const ThreadSnapshot& snapshot : snapshots) {
    if (!snapshot.waits_untimed()) continue;
    waits.push_back({snapshot.process, snapshot.thread, *snapshot.call()});
  }
  return waits;
}

// Two looks at all threads, and between them the question who could end the waits. `hang` is only a
// suspicion here. `before`: what somebody has seen before; the first look is shorter if it is still
// so.
Finding suspect(const Tree& tree, const std::vector<ThreadSnapshot>& before) {
  const auto processes = processes_of(tree);
  const auto listed = threads_listed_of(processes);
  const bool none_has_run =
      std::equal(before.begin(), before.end(), listed.begin(), listed.end(),
                 [](const ThreadSnapshot& snapshot, int thread) {
                   return snapshot.thread == thread && !has_run_since(snapshot);
                 });
  const auto first = none_has_run ? before : snapshots_of(processes);
  const auto seen = objection(first);
  if (seen && seen->kind == Finding::Kind::alive) return *seen;
  const auto moved = [&] {
    return processes != processes_of(tree) || threads_listed_of(processes) != listed ||
           std::any_of(first.begin(), first.end(), has_run_since);
  };
  Finding has_moved{.why = "something moved between two snapshots"};
  if (seen && seen->kind == Finding::Kind::idle) return moved() ? has_moved : *seen;
  const auto objections =
      objections_of(processes, untimed_waits_in(first), tree.keeps_descriptors).worst();
  if (moved()) return has_moved;
  if (objections && objections->kind == Finding::Kind::idle) return *objections;
  return seen ? *seen : objections ? *objections : Finding{Finding::Kind::hang};
}

// Asks everything once more, in the frozen tree.
Finding examine_frozen(const Tree& tree) {
  FrozenTree frozen(tree);
  std::vector<WaitingThread> waits;
  for (Tracee& thread : frozen.threads()) {
    waits.push_back({thread.process(), thread.thread(), thread.entry()});
  }
  Objections objections = objections_of(frozen.processes(), waits, tree.keeps_descriptors);
  std::set<pid_t> asked;
  for (Tracee& thread : frozen.threads()) {
    const bool first_of_process = asked.insert(thread.process()).second;
    if (first_of_process) objections.add(alarm_of(thread), name_of(thread.process()));
  }
  if (const auto thread = user_of_a_ring(frozen)) {
    objections.add(WakerReach::outside("it has used an io_uring, which may act for it"),
                   "thread " + std::to_string(*thread));
  }
  frozen.let_wait();
  return objections.worst().value_or(Finding{Finding::Kind::hang});
}

Finding prove(const Tree& tree) {
  Finding finding{Finding::Kind::unreadable};
  try {
    on_tracer_thread([&] { finding = examine_frozen(tree); });
  } catch (const Moved& moved) {
    finding = {.why = moved.why};
  } catch (const Refused& refused) {
    finding.why = refused.why;
  }
  finding.was_frozen = true;
  return finding;
}

}  // namespace

// Most programs that are examined are alive, and to see that should be cheap for them and for us.
// So look quickly first, which may miss processes; only if nothing seems alive is the rest done.
Finding examine(const Tree& tree) {
  return examine(tree, snapshots_of(processes_of_quickly(tree)));
}

Finding examine(const Tree& tree, std::vector<ThreadSnapshot> seen) {
  auto finding = objection(seen);
  if (!finding || finding->kind != Finding::Kind::alive) finding = suspect(tree, seen);
  if (finding->kind == Finding::Kind::hang) finding = prove(tree);
  finding->snapshots = std::move(seen);
  return *std::move(finding);
}

std::vector<std::string> wakers_of(const Tree& tree) {
  const auto processes = processes_of(tree);
  const auto snapshots = snapshots_of(processes);
  std::map<std::string, int> limited;
  for (const ThreadSnapshot& each : snapshots) {
    const auto call = each.call();
    if (call && !each.waits_untimed()) ++limited[each.command + " in " + call->name()];
  }
  std::vector<std::string> wakers;
  wakers.reserve(limited.size());
  for (const auto& [who, count] : limited) {
    wakers.push_back("a limit of time: " + who +
                     (count == 1 ? "" : " (" + std::to_string(count) + " threads)"));
  }
  const auto objections =
      objections_of(processes, untimed_waits_in(snapshots), tree.keeps_descriptors);
  std::set<std::string> said;
  for (const std::string& each : objections.all()) {
    if (said.insert(each).second) wakers.push_back(each);
  }
  return wakers;
}

}  // namespace workbench::hang_proof
