// Programs that we did not write: which of them hang, and which only look as if they did.
#include "tests/support/foreign_programs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/test_directory.h"

namespace workbench {
namespace {

using ::testing::IsEmpty;
using testing::kPrograms;
using testing::python;
using testing::sh;
using testing::TestDirectory;
using testing::watch;
using testing::Words;

struct Foreign {
  std::string name;
  Words command;
};

Words bash(const std::string& script) { return {"bash", "-c", script}; }

std::string name_of(const ::testing::TestParamInfo<Foreign>& info) { return info.param.name; }

class Hangs : public ::testing::TestWithParam<Foreign> {};

TEST_P(Hangs, IsProved) {
  const auto result = watch({"--json"}, GetParam().command);
  EXPECT_EQ(result.code, 3) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["verdict"], "hang");
  EXPECT_EQ(json["hang"]["proof"], "proved");
  EXPECT_THAT(json["threads"], ::testing::Not(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(
    Foreign, Hangs,
    ::testing::Values(Foreign{"TwoMutexesCrosswise", {kPrograms + "foreign_two_mutexes"}},
                      Foreign{"TwoFullPipes", {kPrograms + "foreign_full_pipe"}},
                      Foreign{"PythonPoisonPill", python("poison_pill.py")},
                      Foreign{"PythonEventNeverSet", python("event_never_set.py")},
                      Foreign{"PythonSelectOnOwnPipe", python("select_on_own_pipe.py")},
                      Foreign{"PythonEventLoop", python("event_loop.py")},
                      Foreign{"ShellPipeline", bash("coproc cat; wc -l <&${COPROC[0]}")},
                      Foreign{"PythonWaitsBeforeItReads", python("subprocess_wait.py")}),
    name_of);

// Removed by us: who is killed cleans nothing up.
const TestDirectory kDirectory;
const std::string kFifo = (kDirectory.path() / "fifo").string();

class Alive : public ::testing::TestWithParam<Foreign> {};

TEST_P(Alive, IsNeverCalledAHang) {
  const auto result = watch({"--json", "--deadline-ms", "400"}, GetParam().command);
  EXPECT_EQ(result.code, 124) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["verdict"], "stuck");
  EXPECT_TRUE(json["hang"].is_null());
}

INSTANTIATE_TEST_SUITE_P(Foreign, Alive,
                         ::testing::Values(Foreign{"BusyLoop", sh("while :; do :; done")},
                                           Foreign{"FirstThreadEnds",
                                                   sh(kPrograms + "foreign_first_thread_ends; :")},
                                           Foreign{"PingPong", {kPrograms + "foreign_ping_pong"}},
                                           Foreign{"StoppedBySignal", sh("kill -STOP $$")}),
                         name_of);

// Idle, unless the deadline comes before it has begun to sleep.
TEST(Foreign, ALongSleepIsNeverCalledAHang) {
  const auto result = watch({"--json", "--deadline-ms", "400"}, {"sleep", "1000"});
  EXPECT_EQ(result.code, 124) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_THAT(json["verdict"], ::testing::AnyOf("idle", "stuck"));
  EXPECT_TRUE(json["hang"].is_null());
}

// They wait for somebody outside, and that is said as soon as they have been still for a while.
class Idle : public ::testing::TestWithParam<Foreign> {};

TEST_P(Idle, IsSaidToBeIdle) {
  const auto result = watch({"--json", "--fail-idle"}, GetParam().command);
  EXPECT_EQ(result.code, 3) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["verdict"], "idle");
  EXPECT_TRUE(json["hang"].is_null());
  EXPECT_NE(json["why_alive"], "");
}

INSTANTIATE_TEST_SUITE_P(
    Foreign, Idle,
    ::testing::Values(Foreign{"ServerWithoutClients", {kPrograms + "foreign_server"}},
                      Foreign{"WaitsForItsHandler", python("self_pipe.py")},
                      Foreign{"WaitsForAPersonsFifo", sh("mkfifo " + kFifo + "; cat " + kFifo)},
                      Foreign{"WaitsForASignal",
                              {"python3", "-c", "import signal; signal.pause()"}}),
    name_of);

}  // namespace
}  // namespace workbench
