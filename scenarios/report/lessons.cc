#include "scenarios/report/lessons.h"

namespace workbench::scenarios {

const std::vector<Lesson>& lessons() {
  static const std::vector<Lesson> all{
      {"completed", "The run returned to its caller, and every task has its right result.",
       "Nothing to look for. Note what it does not say: a worker may still have died on the way.",
       "One worker dies"},
      {"reported",
       "The run returned. Some tasks have no result, and each of these is named with its cause.",
       "Look at the failures and exits that `workbench run` prints: task, worker, exception, "
       "signal.",
       "The error queue"},
      {"stopped",
       "The run ended with an error that reached its caller, and all workers are gone. Our own "
       "pools "
       "account for every task in that error; of those of others that is not asked.",
       "The error is the first one; what else went wrong is in the report inside it.",
       "The error queue"},
      {"silent-loss",
       "The run returned as if all were well, but results are missing or wrong. Nobody was told.",
       "The worst of all verdicts: compare the number of results with the number of tasks.",
       "Almost-fixes"},
      {"hang",
       "The run is blocked for ever. Every thread of every process of it waits without a limit of "
       "time, and nothing outside can end these waits: that is proved, not concluded from a "
       "time-out.",
       "Look at who waits in which queue and who could have filled it; then at the first cause. "
       "The "
       "kinds of hang have explanations of their own: orphaned-wait, circular-wait, full-queue.",
       "All workers die: reading a proof"},
      {"proved",
       "Of a hang: at one instant every thread slept in a call without a limit of time, and "
       "everything that these calls wait for was found to be held by nobody but the program. "
       "Unless "
       "somebody interferes on purpose, it waits for ever.",
       "What is assumed: that nobody sends a signal or attaches a debugger, that nobody has taken "
       "a "
       "descriptor of it, and that the kernel was not asked to act where no trace of it is left.",
       "How a hang is proved"},
      {"corroborated",
       "Of a hang: the wait board says that nobody is left who could end the wait, but the kernel "
       "does not let us look at all that a proof needs.",
       "Watch it as the user that it belongs to, or as root.", "How a hang is proved"},
      {"idle",
       "Of a program that is watched: nothing of it runs, but something outside, a timer or a "
       "signal "
       "could wake it. A server that waits for clients is idle.",
       "Look at what is named: who should have come, and did not? With `--fail-idle` it is ended.",
       "How a hang is proved"},
      {"stuck",
       "The deadline has passed, but something is still alive: it sleeps for a while, it burns its "
       "core, or somebody outside could wake it. That is not a deadlock, and is never called one.",
       "Look at what the threads do: the action itself is too slow, or never returns.",
       "How a hang is proved"},
      {"crash",
       "The process of the run was ended by a signal, or exited before it was done. Threads share "
       "that fate: one of them crashes, and all are gone.",
       "Look at the signal. On processes the same fault takes one worker only.",
       "Processes, signals, and a lock whose owner dies"},
      {"not-reached",
       "The run completed, but none of the scenario's faults has struck: nothing was done to the "
       "pool. That is no success.",
       "Look at the window: between threads, for example, no result is turned into bytes.",
       "Scenarios"},
      {"not-applicable",
       "It was not run. The scenario wants a fault, or a setting, that can only be had in pools of "
       "the workbench; or the language of the subject cannot do it.",
       "Take a scenario whose faults strike in the action.", "The subject protocol"},
      {"invalid",
       "The program around an outside pool has made a mistake: it has written what the subject "
       "protocol does not allow, or an error that nobody has injected. Nothing is said of the "
       "pool.",
       "Look at the mistakes, each with its line, and at what the program prints.",
       "The subject protocol"},
      {"orphaned-wait",
       "A hang without a cycle: somebody waits for an item that nobody is left to send. Detectors "
       "of "
       "lock cycles say nothing of it.",
       "Look for the producer that died or left, and for the wait that nobody bounds: `n` results "
       "are awaited, and one task was lost.",
       "One worker dies"},
      {"circular-wait",
       "A hang in which those who wait, wait for each other: the classical deadlock.",
       "Look for two locks that are taken in different orders, or two pipes that are both full.",
       "Bounded queues and backpressure"},
      {"full-queue",
       "A hang in which producers wait for room in a bounded queue, and who could empty it waits "
       "for "
       "the producers. No fault is needed for it.",
       "Collect results while workers still work, or do not bound the queue of results.",
       "Bounded queues and backpressure"},
      {"lost-wakeup",
       "A hang in which somebody waits for an item of a queue that has one. That is a fault of the "
       "queue itself: its waiter was not told, or looked away at the wrong moment.",
       "Look for a notify that is missing, or conditional; for an `if` that should be a `while`.",
       "The blocking queue"},
  };
  return all;
}

std::vector<std::string> lesson_names() {
  std::vector<std::string> names;
  for (const Lesson& lesson : lessons()) names.emplace_back(lesson.name);
  return names;
}

}  // namespace workbench::scenarios
