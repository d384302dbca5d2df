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
  std::string verdict{};  ///< for those that live
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
  EXPECT_EQ(json["verdict"], GetParam().verdict);
  EXPECT_TRUE(json["hang"].is_null());
}

INSTANTIATE_TEST_SUITE_P(
    Foreign, Alive,
    ::testing::Values(
        Foreign{"BusyLoop", sh("while :; do :; done"), "stuck"},
        Foreign{"LongSleep", {"sleep", "1000"}, "idle"},
        Foreign{"ServerWithoutClients", {kPrograms + "foreign_server"}, "idle"},
        Foreign{"FirstThreadEnds", sh(kPrograms + "foreign_first_thread_ends; :"), "stuck"},
        Foreign{"WaitsForItsHandler", python("self_pipe.py"), "idle"},
        Foreign{"PingPong", {kPrograms + "foreign_ping_pong"}, "stuck"},
        Foreign{"WaitsForAPersonsFifo", sh("mkfifo " + kFifo + "; cat " + kFifo), "idle"},
        Foreign{"StoppedBySignal", sh("kill -STOP $$"), "stuck"},
        Foreign{"WaitsForASignal", {"python3", "-c", "import signal; signal.pause()"}, "idle"}),
    name_of);
}  // namespace
}  // namespace workbench
