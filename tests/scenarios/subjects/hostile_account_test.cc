// An account is written by a program that nobody knows. Whatever stands in it: it gets one clear
// line, the right verdict, and is never taken for a success.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <latch>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "scenarios/model/usage_error.h"
#include "scenarios/run/watchdog.h"

namespace workbench::scenarios {
namespace {

using ::testing::AnyOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A program is a script that is given `$A`, the account. `say` writes a line, `results` those of
// both tasks.
constexpr const char* kPrelude = R"(
A=$WORKBENCH_ACCOUNT
say() { printf '%s\n' "$1" >> "$A"; }
begin() { say '{"begun":0}'; say '{"begun":1}'; }
give() { say '{"result":0,"outcome":"ok","value":3}'; say '{"result":1,"outcome":"ok","value":7}'; }
results() { begin; give; }
strike() { say '{"begun":0}'; say '{"struck":0,"task":0}'; }
end() { say '{"returned":true}'; }
)";

Scenario two_tasks() {
  Scenario scenario;
  scenario.name = "two-tasks";
  scenario.tasks = 2;
  scenario.deadline = std::chrono::milliseconds(20'000);
  return scenario;
}

RunRecord run_of(const std::string& script, const Scenario& scenario = two_tasks()) {
  const Subject subject{.name = "outside",
                        .description = "a script",
                        .runtimes = {RuntimeKind::threads},
                        .run = {},
                        .program = OutsideProgram{.command = kPrelude + script}};
  return watch_run({&scenario, &subject}, Output::discarded);
}

struct Hostile {
  const char* name;
  const char* script;
  Verdict verdict;
  const char* line;  // a part of what is said of it; empty: nothing needs to be
};

void PrintTo(const Hostile& hostile, std::ostream* out) { *out << hostile.name; }

const std::vector<Hostile> kHostile{
    {"NotJson", "say hello; results; end", Verdict::invalid, "account line 1: is not JSON"},
    {"HalfALine", R"(say '{"result":0,"outc'; results; end)", Verdict::invalid, "is not JSON"},
    {"CutOffAtTheEnd", R"(results; printf '{"returned":tr' >> "$A")", Verdict::invalid,
     "has no end of line"},
    {"NoEndOfLine", R"(results; printf '{"returned":true}' >> "$A")", Verdict::invalid,
     "account line 5: has no end of line"},
    {"AnEmptyLine", "results; say ''; end", Verdict::invalid, "account line 5: is not JSON"},
    {"AnArray", "results; say '[1]'; end", Verdict::invalid, "must be an object"},
    {"ANumber", "results; say 7; end", Verdict::invalid, "must be an object"},
    {"AnEmptyObject", "results; say '{}'; end", Verdict::invalid, "must have one of these keys"},
    {"AnUnknownKey", R"(results; say '{"finished":true}'; end)", Verdict::invalid,
     "must have one of these keys"},
    {"AKeyTooMuch", R"(results; say '{"returned":true,"x":1}')", Verdict::invalid,
     "'x' has no place beside 'returned'"},
    {"TwoObjectsInALine", R"(results; say '{"begun":0}{"begun":1}'; end)", Verdict::invalid,
     "is not JSON"},
    {"ReturnedFalse", R"(results; say '{"returned":false}')", Verdict::invalid,
     "'returned' must be true"},
    {"ReturnedAsText", R"(results; say '{"returned":"true"}')", Verdict::invalid,
     "'returned' must be true"},
    {"AResultAsText", R"(say '{"result":"0","outcome":"ok","value":3}'; end)", Verdict::invalid,
     "'result' must be a whole number from 0 to 1"},
    {"ANegativeTask", R"(results; say '{"result":-1,"outcome":"ok","value":3}'; end)",
     Verdict::invalid, "from 0 to 1"},
    {"NoSuchTask", R"(results; say '{"result":2,"outcome":"ok","value":11}'; end)",
     Verdict::invalid, "from 0 to 1"},
    {"AHugeTask", R"(results; say '{"result":18446744073709551616,"outcome":"ok","value":1}'; end)",
     Verdict::invalid, "from 0 to 1"},
    {"AFraction", R"(results; say '{"result":0.5,"outcome":"ok","value":3}'; end)",
     Verdict::invalid, "whole number"},
    {"AnUnknownOutcome", R"(say '{"result":0,"outcome":"okay","value":3}'; end)", Verdict::invalid,
     "did you mean 'ok'?"},
    {"NoOutcome", R"(say '{"result":0,"value":3}'; end)", Verdict::invalid, "'outcome' is missing"},
    {"NoValue", R"(say '{"result":0,"outcome":"ok"}'; end)", Verdict::invalid,
     "'value' is missing"},
    {"AValueAsText", R"(say '{"result":0,"outcome":"ok","value":"3"}'; end)", Verdict::invalid,
     "'value' must be a whole number"},
    {"AValueThatIsNaN", R"(say '{"result":0,"outcome":"ok","value":NaN}'; end)", Verdict::invalid,
     "is not JSON"},
    {"AValueThatIsNull", R"(say '{"result":0,"outcome":"ok","value":null}'; end)", Verdict::invalid,
     "'value' must be a whole number"},
    {"AValueThatIsTooLarge",
     R"(say '{"result":0,"outcome":"ok","value":9223372036854775808}'; end)", Verdict::invalid,
     "64 bits"},
    {"InvalidUtf8", R"(results; printf '{"error":"\377\376"}\n' >> "$A")", Verdict::invalid,
     "is not JSON"},
    {"ANullByte", R"(results; printf '\0\n' >> "$A"; end)", Verdict::invalid, "is not JSON"},
    {"ATerminalEscape",
     R"(results; printf '{"result":0,"outcome":"\\u001b[31mred"}\n' >> "$A"; end)",
     Verdict::invalid, "?[31mred"},
    {"DeeplyNested", R"(results; head -c 900000 /dev/zero | tr '\0' '[' >> "$A"; say ''; end)",
     Verdict::invalid, "is not JSON"},
    {"DeeplyNestedAndClosed",
     "results; { printf '{\"begun\":'; head -c 400000 /dev/zero | tr '\\0' '['; "
     "head -c 400000 /dev/zero | tr '\\0' ']'; printf '}\\n'; } >> \"$A\"; end",
     Verdict::invalid, "and not a list"},
    {"ALongLine", R"(results; head -c 2000000 /dev/zero | tr '\0' ' ' >> "$A"; say ''; end)",
     Verdict::invalid, "longer than a megabyte"},
    {"AHundredMegabytes", R"(results; end; head -c 100000000 /dev/zero >> "$A")", Verdict::invalid,
     "more than 64 MB"},
    {"TooManyMistakes", "for i in 1 2 3 4 5 6 7 8 9; do say x; done; results; end",
     Verdict::invalid, "and 4 more lines"},
    {"AfterTheEnd", R"(results; end; say '{"begun":0}')", Verdict::invalid,
     "account line 6: comes after the end"},
    {"TheEndTwice", "results; end; end", Verdict::invalid, "comes after the end"},
    {"CutOffAfterTheEnd", R"(results; end; printf x >> "$A")", Verdict::invalid,
     "comes after the end"},
    {"AnUnknownFault", R"(results; say '{"struck":0,"task":0}'; end)", Verdict::invalid,
     "'struck': the scenario has none"},
    {"AnUnknownTaskBegun", R"(results; say '{"begun":7}'; end)", Verdict::invalid,
     "'begun' must be a whole number from 0 to 1"},
    {"AnErrorThatNobodyInjected", R"(say '{"error":"no module named pool","type":"ImportError"}')",
     Verdict::invalid, "nobody has injected: ImportError: no module named pool"},
    {"AFailureThatNobodyInjected", R"(say '{"result":0,"outcome":"failed","error":"oops"}'; end)",
     Verdict::invalid, "nobody has injected: oops"},
    {"NoSuchProgram", "exec /no/such/program", Verdict::invalid, "exited with 127"},
    {"NothingAtAll", "true", Verdict::invalid, "wrote neither"},
    {"ResultsAndNoEnd", "results", Verdict::invalid, "wrote neither"},
    {"AResultOfNoAction", "give; end", Verdict::invalid,
     "account line 1: task 0 has a result, and its action has not noted 'begun'"},
    {"OpenedAnewForEachLine", "say() { printf '%s\\n' \"$1\" > \"$A\"; }; results; end",
     Verdict::invalid, "was the account opened anew"},
    {"EverythingTwice", "results; results; end", Verdict::silent_loss, ""},
    {"ResultsTwice", "results; give; end", Verdict::silent_loss, ""},
    {"AWrongValue", R"(results; say '{"result":0,"outcome":"ok","value":4}'; end)",
     Verdict::silent_loss, ""},
    {"AResultIsMissing", R"(begin; say '{"result":0,"outcome":"ok","value":3}'; end)",
     Verdict::silent_loss, ""},
    {"AGrandchildWritesOn", "results; end; (sleep 0.2; say '{\"begun\":0}') & wait",
     Verdict::invalid, "comes after the end"},
    {"TheAccountIsRemoved", "results; end; rm \"$A\"", Verdict::completed, ""},
    {"TheAccountIsReplaced", "rm \"$A\"; results; end", Verdict::invalid, "wrote neither"},
    {"TheAccountIsADirectory", "rm \"$A\"; mkdir \"$A\"; end", Verdict::invalid, "wrote neither"},
    {"TheAccountIsEmptied", "results; end; : > \"$A\"", Verdict::invalid, "wrote neither"},
    {"EverythingIsRemoved", "rm -r \"$WORKBENCH_STRIKES\" \"$WORKBENCH_SCENARIO\"; results; end",
     Verdict::completed, ""},
    {"ItFailsAfterItsEnd", "results; end; exit 3", Verdict::crash, ""},
    {"ItsChildWasKilledAfterTheEnd", "results; end; exit 139", Verdict::crash, ""},
    {"ItKillsItself", "results; kill -SEGV $$", Verdict::crash, ""},
    {"ItKillsItselfAtItsEnd", "results; end; kill -KILL $$", Verdict::crash, ""},
};

class HostileAccount : public ::testing::TestWithParam<Hostile> {};

TEST_P(HostileAccount, GetsItsVerdictAndOneClearLine) {
  const auto& [name, script, verdict, line] = GetParam();
  const RunRecord record = run_of(script);
  EXPECT_EQ(record.verdict, verdict) << ::testing::PrintToString(record.mistakes);
  const bool is_said = *line == '\0' || std::any_of(record.mistakes.begin(), record.mistakes.end(),
                                                    [&](const std::string& each) {
                                                      return each.find(line) != each.npos;
                                                    });
  EXPECT_TRUE(is_said) << ::testing::PrintToString(record.mistakes);
  EXPECT_EQ(record.mistakes.empty(), verdict != Verdict::invalid);
  for (const std::string& mistake : record.mistakes) {
    EXPECT_LE(mistake.size(), 210U);
    EXPECT_THAT(mistake, Not(AnyOf(HasSubstr("\n"), HasSubstr("\x1b"))));
  }
  EXPECT_EQ(record.leaked_processes, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, HostileAccount, ::testing::ValuesIn(kHostile),
                         [](const auto& hostile) { return std::string(hostile.param.name); });

Scenario first_task_throws() {
  Scenario scenario = two_tasks();
  scenario.faults = {{.kind = FaultKind::throw_standard, .task = TaskId{0}}};
  return scenario;
}

TEST(Account, AFaultThatHasNotStruckIsNoSuccess) {
  const RunRecord record = run_of("results; end", first_task_throws());
  EXPECT_EQ(record.verdict, Verdict::not_reached);
  ASSERT_EQ(record.faults.size(), 1U);
  EXPECT_EQ(record.faults[0].struck, 0U);
}

TEST(Account, AnErrorThatWasInjectedReachesTheCaller) {
  const RunRecord record =
      run_of(R"(strike; say '{"error":"boom","type":"ValueError"}'; exit 1)", first_task_throws());
  EXPECT_EQ(record.verdict, Verdict::stopped);
  EXPECT_EQ(record.result.error, "ValueError: boom");
  EXPECT_EQ(record.faults[0].struck, 1U);
}

TEST(Account, AnActionThatOnlySaysItWasStruckIsNotBelieved) {
  const RunRecord record =
      run_of(R"(strike; say '{"result":0,"outcome":"ok","value":3}'; end)", first_task_throws());
  EXPECT_EQ(record.verdict, Verdict::invalid);
  EXPECT_THAT(record.mistakes, Contains(HasSubstr("lets no action return")));
}

TEST(Account, AStrikeThatCannotBeIsAMistake) {
  Scenario scenario = first_task_throws();
  const auto mistakes_of = [&](const std::string& script) {
    return run_of(script + "; results; end", scenario).mistakes;
  };
  EXPECT_THAT(mistakes_of(R"(say '{"begun":1}'; say '{"struck":0,"task":1}')"),
              Contains(HasSubstr("fault 0 is for task 0, and not for task 1")));
  EXPECT_THAT(mistakes_of(R"(say '{"struck":0,"task":0}')"),
              Contains(HasSubstr("more often than it has noted 'begun'")));
  EXPECT_THAT(mistakes_of(R"(strike; say '{"struck":0,"task":0}')"),
              Contains(HasSubstr("more often than it has noted 'begun'")));
  scenario.faults[0].times = 1;
  EXPECT_THAT(mistakes_of("strike; strike"), Contains(HasSubstr("strikes at most 1 times")));
}

// A refused start strikes without the program's knowing, so it is not among the faults that the
// program numbers.
TEST(Account, TheProgramNumbersOnlyTheFaultsThatItIsTold) {
  Scenario scenario = two_tasks();
  scenario.faults = {{.at = Window::starting, .worker = 1},
                     {.kind = FaultKind::throw_standard, .task = TaskId{0}}};
  const Subject subject{
      .name = "outside",
      .description = "a script",
      .runtimes = {RuntimeKind::threads},
      .run = {},
      .program = OutsideProgram{
          .command = std::string(kPrelude) +
                     R"(test "$WORKBENCH_FAULTS $WORKBENCH_FAULT_0_KIND $WORKBENCH_FAULT_0_AT" =)" +
                     R"( "1 throw in-action" && strike && say '{"error":"boom"}')",
          .windows = {Window::starting}}};
  const RunRecord record = watch_run({&scenario, &subject}, Output::discarded);
  EXPECT_EQ(record.verdict, Verdict::stopped);
  ASSERT_EQ(record.faults.size(), 2U);
  EXPECT_EQ(record.faults[0].struck, 0U);
  EXPECT_EQ(record.faults[1].struck, 1U);
}

TEST(Account, ARefusedStartIsBelievedWhereTheScenarioRefusesIt) {
  Scenario scenario = first_task_throws();
  EXPECT_THAT(run_of(R"(say '{"refused":0}')", scenario).mistakes,
              Contains(HasSubstr("fault 0 refuses no start")));
  EXPECT_THAT(run_of(R"(say '{"refused":7}')", scenario).mistakes,
              Contains(HasSubstr("'refused' must be a whole number from 0 to 0")));
}

// Used in a way that goes wrong without a fault, a pool may tell an error that nobody has injected.
TEST(Account, AnErrorOfAPoolThatIsUsedOtherwiseIsItsOwn) {
  Scenario scenario = two_tasks();
  scenario.usage = Usage::destroyed_early;
  const Subject subject{
      .name = "outside",
      .description = "a script",
      .runtimes = {RuntimeKind::threads},
      .run = {},
      .program = OutsideProgram{.command = std::string(kPrelude) +
                                           R"(test $WORKBENCH_USAGE = destroyed-early || exit 7
say '{"result":0,"outcome":"failed","error":"broken promise"}'
say '{"result":1,"outcome":"failed","error":"broken promise"}'; end)"},
      .usages = {Usage::destroyed_early}};
  const RunRecord record = watch_run({&scenario, &subject}, Output::discarded);
  EXPECT_EQ(record.verdict, Verdict::reported) << ::testing::PrintToString(record.mistakes);
}

// A way of use excuses a pool that goes wrong, but not a program that never got as far as a pool.
TEST(Account, AProgramThatIsBrokenIsSoInEveryUsage) {
  Scenario scenario = two_tasks();
  scenario.usage = Usage::nested;
  const auto verdict_of = [&](const std::string& script) {
    const Subject subject{.name = "outside",
                          .description = "a script",
                          .runtimes = {RuntimeKind::threads},
                          .run = {},
                          .program = OutsideProgram{.command = kPrelude + script},
                          .usages = {Usage::nested}};
    return watch_run({&scenario, &subject}, Output::discarded).verdict;
  };
  EXPECT_EQ(verdict_of("exec /no/such/program"), Verdict::invalid);
  EXPECT_EQ(verdict_of("true"), Verdict::invalid);
  EXPECT_EQ(verdict_of(R"(say '{"error":"no module named pool"}')"), Verdict::invalid);
  EXPECT_EQ(verdict_of(R"(begin; say '{"error":"deadlock avoided"}')"), Verdict::stopped);
  EXPECT_EQ(verdict_of("begin; exit 1"), Verdict::crash);
}

TEST(Account, ALineThatNobodyHasCutOffIsAMistake) {
  const RunRecord record =
      run_of(R"(strike; printf '{"returned":true}' >> "$A")", first_task_throws());
  EXPECT_EQ(record.verdict, Verdict::invalid);
  EXPECT_THAT(record.mistakes, Contains(HasSubstr("has no end of line")));
}

// Whoever throws at its caller may leave workers behind, which go on with what they are at.
TEST(Account, ActionsThatGoOnAfterAnErrorAreNoMistake) {
  EXPECT_EQ(
      run_of(R"(strike; say '{"error":"boom"}'; say '{"begun":1}')", first_task_throws()).verdict,
      Verdict::stopped);
}

TEST(Account, AnErrorAndTheExitCodeOfASignalIsACrash) {
  const std::string told = R"(strike; say '{"error":"boom"}'; )";
  EXPECT_EQ(run_of(told + "exit 255", first_task_throws()).verdict, Verdict::stopped);
  EXPECT_EQ(run_of(told + "exit 134", first_task_throws()).verdict, Verdict::crash);
}

// Whoever is left behind may still write, until it is ended.
TEST(Account, IsReadWhenNobodyCanWriteAnyMore) {
  const RunRecord record = run_of("results; end; (while :; do say x; done) & exit 0");
  EXPECT_EQ(record.verdict, Verdict::invalid);
  EXPECT_GE(record.leaked_processes, 1U);
}

TEST(Account, ItsTimeIsNotBelieved) {
  for (const char* time : {"2000-01-01", "2100-01-01"}) {
    const RunRecord record =
        run_of(std::string("begin; touch -d ") + time +
               R"( "$A"; mkfifo pipe.$$; exec 9<>pipe.$$; rm pipe.$$; read line <&9)");
    EXPECT_EQ(record.verdict, Verdict::hang);
    EXPECT_GE(record.verdict_ms, 0);
    EXPECT_LE(record.verdict_ms, record.elapsed_ms);
  }
}

TEST(Account, AHangOfAProgramThatMakesMistakesSaysNothingOfItsPool) {
  const RunRecord record =
      run_of("say nonsense; mkfifo pipe.$$; exec 9<>pipe.$$; rm pipe.$$; read line <&9");
  EXPECT_EQ(record.verdict, Verdict::invalid);
  EXPECT_FALSE(record.hang);
}

TEST(Account, AProgramThatEndsAfterAStrikeHasCrashed) {
  const RunRecord record = run_of("strike; exit 0", first_task_throws());
  EXPECT_EQ(record.verdict, Verdict::crash);
  EXPECT_EQ(record.exit_code, 0);
}

TEST(Account, ALineThatWasCutOffByAKillIsNoMistake) {
  const RunRecord record =
      run_of(R"(strike; printf '{"resu' >> "$A"; kill -KILL $$)", first_task_throws());
  EXPECT_EQ(record.verdict, Verdict::crash);
  EXPECT_THAT(record.mistakes, IsEmpty());
}

TEST(Account, ATaskThatWasBegunTwiceIsTold) {
  const RunRecord record = run_of(R"(say '{"begun":1}'; say '{"begun":1}'; results; end)");
  EXPECT_EQ(record.verdict, Verdict::completed);
  EXPECT_THAT(record.begun_again, ::testing::ElementsAre(TaskId{1}));
}

TEST(Account, AHangIsProvedAndKeepsWhatWasWritten) {
  // Reads from a pipe of its own, into which nobody else will write.
  const RunRecord record = run_of(
      R"(begin; say '{"result":0,"outcome":"ok","value":3}'; mkfifo pipe.$$; exec 9<>pipe.$$; rm pipe.$$; read line <&9)");
  EXPECT_EQ(record.verdict, Verdict::hang);
  EXPECT_EQ(record.result.tally[OutcomeKind::ok], 1U);
  EXPECT_EQ(record.result.tally.missing(), 1U);
  ASSERT_THAT(record.threads, Not(IsEmpty()));
  EXPECT_THAT(record.scene, Contains(HasSubstr("waits for")));
}

TEST(Account, AProgramWhoseProcessesComeAndGoIsStuckAndSaysWhatTheyDo) {
  Scenario scenario = two_tasks();
  scenario.deadline = std::chrono::milliseconds(300);
  for (int i = 0; i < 5; ++i) {
    const RunRecord record = run_of("while :; do /bin/true & /bin/true; done", scenario);
    EXPECT_EQ(record.verdict, Verdict::stuck);
    EXPECT_THAT(record.scene, Not(IsEmpty()));
    EXPECT_EQ(record.leaked_processes, 0U);
  }
}

// Its workers would not be in the process of the run.
TEST(Watchdog, RefusesToForkBesideOtherThreads) {
  std::latch end{1};
  std::thread worker_of_a_pool([&] { end.wait(); });
  try {
    run_of("results; end");
    ADD_FAILURE() << "it has forked";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("has started 1 threads before its run"));
  }
  end.count_down();
  worker_of_a_pool.join();
}

TEST(Account, WhatAnotherScenarioAsksForIsNotApplicable) {
  Scenario scenario = two_tasks();
  scenario.faults = {{.kind = FaultKind::kill, .at = Window::before_pop}};
  const RunRecord record = run_of("results; end", scenario);
  EXPECT_EQ(record.verdict, Verdict::not_applicable);
  EXPECT_THAT(record.why_not_applicable, HasSubstr("before-pop"));
}

}  // namespace
}  // namespace workbench::scenarios
