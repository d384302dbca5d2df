// Makes questions: draws a small run, explores it, and asks for something that is so in every one
// of its schedules. The wrong answers are what somebody with a wrong belief would say of the same
// run.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "scenarios/model/usage_error.h"
#include "scenarios/questions/question.h"
#include "scenarios/questions/small_run.h"
#include "scenarios/run/simulation.h"

namespace workbench::scenarios {
namespace {

constexpr std::size_t kMostWrong = 3;  // answers beside the right one

// A belief, and what follows from it.
using Wrong = std::pair<std::string_view, std::string>;

// The question with its answers; empty if fewer than two wrong ones differ from the right one and
// from each other.
std::optional<Question> with_answers(Question question, const std::string& right,
                                     std::vector<Wrong> wrong, Dice& dice) {
  dice.shuffle(wrong);
  question.choices.push_back({right});
  for (const Wrong& next : wrong) {
    if (question.choices.size() > kMostWrong) break;
    const bool is_there =
        std::any_of(question.choices.begin(), question.choices.end(),
                    [&](const PossibleAnswer& each) { return each.text == next.second; });
    if (!is_there) question.choices.push_back({next.second, std::string(next.first)});
  }
  if (question.choices.size() < 3) return std::nullopt;
  dice.shuffle(question.choices);
  const auto found = std::find_if(question.choices.begin(), question.choices.end(),
                                  [](const PossibleAnswer& each) { return each.belief.empty(); });
  question.right = static_cast<std::size_t>(found - question.choices.begin());
  return question;
}

Question about(const SmallRun& run, QuestionKind kind, const std::string& text) {
  return {
      .kind = kind,
      .text = run.words() + " " + text,
      .choices = {},
      .scenario = run.file(),
      .subject = run.subject->name,
      .command = fmt::format("workbench explore scenario.toml --subject {}", run.subject->name)};
}

std::string command_for(const SmallRun& run, const std::string& schedule) {
  return fmt::format("workbench run scenario.toml --subject {} --runtime simulated --schedule {}",
                     run.subject->name, schedule);
}

std::string words_of(Verdict verdict, std::optional<HangKind> kind) {
  switch (verdict) {
    case Verdict::completed:
      return "It returns, and every task has its result";
    case Verdict::reported:
      return "It returns, and says of each task that is not ok why";
    case Verdict::stopped:
      return "It raises the error at its caller, when all workers have gone";
    case Verdict::silent_loss:
      return "It returns as if all were well, and a result is missing";
    default:
      break;
  }
  if (kind == HangKind::full_queue) return "It hangs: a worker waits for room that nobody makes";
  return kind == HangKind::circular_wait
             ? "It hangs: caller and worker wait for each other"
             : "It hangs: the caller waits, and nobody is left to end it";
}

std::set<Verdict> verdicts_of(const ExploredScenario& explored) {
  std::set<Verdict> verdicts;
  for (const ExploredOutcome& each : explored.outcomes) verdicts.insert(each.run.record.verdict);
  return verdicts;
}

std::optional<Question> ask_verdict(const SmallRun& run, const ExploredScenario& explored,
                                    Dice& dice) {
  std::set<std::string> all;
  for (const ExploredOutcome& each : explored.outcomes) {
    const RunRecord& record = each.run.record;
    all.insert(words_of(record.verdict, record.hang ? record.hang->kind : std::nullopt));
  }
  if (all.size() != 1) return std::nullopt;
  return with_answers(about(run, QuestionKind::verdict, "What comes of it?"), *all.begin(),
                      {{"others-take-over", words_of(Verdict::completed, {})},
                       {"exceptions-cross-threads", words_of(Verdict::stopped, {})},
                       {"missing-is-skipped", words_of(Verdict::silent_loss, {})},
                       {"every-hang-is-a-cycle", words_of(Verdict::hang, HangKind::circular_wait)},
                       {"every-death-hangs", words_of(Verdict::hang, HangKind::orphaned_wait)}},
                      dice);
}

std::optional<Question> ask_schedules(const SmallRun& run, const ExploredScenario& explored,
                                      Dice& dice) {
  const std::set<Verdict> verdicts = verdicts_of(explored);
  const bool hangs = verdicts.contains(Verdict::hang);
  const std::string every = "In every one";
  const std::string some = "In some, but not in all";
  const std::string none = "In none";
  const std::string& right = !hangs ? none : verdicts.size() == 1 ? every : some;
  return with_answers(
      about(run, QuestionKind::schedules, "In how many of its schedules does it hang?"), right,
      {{"every-death-hangs", every},
       {"hangs-are-chance", some},
       {"others-take-over", none},
       {"all-must-die", "In those in which all workers die, and in no other"}},
      dice);
}

// `1 ok, 1 missing`
std::string ledger(std::size_t ok, std::size_t others, std::string_view what) {
  return others == 0 ? fmt::format("{} ok", ok) : fmt::format("{} ok, {} {}", ok, others, what);
}

std::optional<Question> ask_ledger(const SmallRun& run, const ExploredScenario& explored,
                                   Dice& dice) {
  if (explored.outcomes.size() != 1) return std::nullopt;
  const std::size_t tasks = run.scenario.tasks;
  return with_answers(
      about(run, QuestionKind::ledger, "How do its tasks stand at the end, for the caller?"),
      explored.outcomes.front().run.record.result.tally.summary(),
      {{"others-take-over", ledger(tasks, 0, "")},
       {"exceptions-cross-threads", ledger(tasks - 1, 1, "failed")},
       {"all-must-die", ledger(0, tasks, "missing")},
       {"missing-is-skipped", ledger(tasks - 1, 1, "missing")},
       {"crash-is-local", ledger(tasks - 1, 1, "lost")}},
      dice);
}

std::string kind_of(std::int32_t actor) {
  return actor == trace::kCaller ? "the caller" : "a worker";
}

// `The caller in result_queue.pop()`, and others that wait, each kind once.
std::string waits_in(const RunRecord& record) {
  std::set<std::string> all;
  for (const Wait& wait : record.waits) {
    all.insert(fmt::format("{} in {}", kind_of(wait.actor), call_of(wait)));
  }
  std::string text = fmt::format("{}", fmt::join(all, ", and "));
  if (!text.empty()) text.front() = static_cast<char>(std::toupper(text.front()));
  return text;
}

std::optional<Question> ask_waits(const SmallRun& run, const ExploredScenario& explored,
                                  Dice& dice) {
  if (verdicts_of(explored) != std::set{Verdict::hang}) return std::nullopt;
  std::set<std::string> all;
  for (const ExploredOutcome& each : explored.outcomes) all.insert(waits_in(each.run.record));
  if (all.size() != 1 || all.begin()->empty()) return std::nullopt;
  Question question = about(run, QuestionKind::waits, "It hangs. Who waits, and where?");
  question.command = command_for(run, explored.outcomes.front().run.spec.schedule);
  return with_answers(
      std::move(question), *all.begin(),
      {{"every-hang-is-a-cycle", "A worker in input_queue.pop(), and the caller in join()"},
       {"every-death-hangs", "The caller in join()"},
       {"a-pill-stops-at-once", "A worker in input_queue.pop()"},
       {"missing-is-skipped", "The caller in input_queue.push()"},
       {"all-must-die", "The caller in result_queue.pop()"}},
      dice);
}

std::optional<Question> ask_schedule(const SmallRun& run, const ExploredScenario& explored,
                                     Dice& dice) {
  if (explored.outcomes.size() < 2) return std::nullopt;
  const ExploredOutcome& right = explored.outcomes[dice.below(explored.outcomes.size())];
  std::vector<Wrong> wrong;
  const auto add = [&](const JudgedRun& other) {
    if (describe(other.record) == right.outcome) return;
    wrong.emplace_back("hangs-are-chance", other.spec.schedule);
  };
  for (const ExploredOutcome& each : explored.outcomes) {
    add(each.run);
    if (each.turning_point) add(each.turning_point->good);
  }
  Question question = about(run, QuestionKind::schedule,
                            fmt::format("Which of these schedules ends as `{}`?", right.outcome));
  question.command = command_for(run, "S");
  return with_answers(std::move(question), right.run.spec.schedule, wrong, dice);
}

std::optional<Question> draw_question(Dice& dice) {
  static const std::vector<std::string> subjects{"naive",
                                                 "naive",
                                                 "reactor-keep-going",
                                                 "reactor-stop-on-error",
                                                 "almost-catch-all",
                                                 "almost-dying-pill",
                                                 "almost-join-later",
                                                 "published-reactor"};
  const SmallRun run = draw_run(dice, subjects);
  const std::size_t kind = dice.below(Names<QuestionKind>::all.size());
  const ExploredScenario all = explored(run);
  switch (Names<QuestionKind>::all.at(kind).first) {
    case QuestionKind::verdict:
      return ask_verdict(run, all, dice);
    case QuestionKind::schedules:
      return ask_schedules(run, all, dice);
    case QuestionKind::ledger:
      return ask_ledger(run, all, dice);
    case QuestionKind::waits:
      return ask_waits(run, all, dice);
    case QuestionKind::schedule:
      break;
  }
  return ask_schedule(run, all, dice);
}

}  // namespace

std::vector<Question> make_questions(std::uint64_t seed, std::size_t count) {
  constexpr std::size_t kDrawsForEach = 200;
  Dice dice(seed);
  std::set<std::string> texts;  // those that were asked
  std::vector<Question> questions;
  for (std::size_t draws = 0; questions.size() < count; ++draws) {
    if (draws == kDrawsForEach * count) {
      throw UsageError(fmt::format("there are no {} different questions of this seed", count));
    }
    std::optional<Question> question = draw_question(dice);
    if (question && texts.insert(question->text).second) questions.push_back(*std::move(question));
  }
  return questions;
}

}  // namespace workbench::scenarios
