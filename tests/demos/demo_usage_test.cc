// The command line of the demo programs: they explain themselves, and refuse wrong input in one
// line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "tests/support/demo_programs.h"

namespace workbench::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Words kPrograms{"basic", "one_worker_fails", "all_workers_fail", "one_task_throws",
                      "fleet_check"};

// Every program of both pools.
class DemoProgram : public ::testing::TestWithParam<std::string> {};

Words all_programs() {
  Words all;
  for (const auto& program : kPrograms) all = all + Words{kNaive + program, kReactor + program};
  return all;
}

INSTANTIATE_TEST_SUITE_P(, DemoProgram, ::testing::ValuesIn(all_programs()), [](const auto& test) {
  const std::filesystem::path path(test.param);
  return path.parent_path().filename().string() + "_" + path.filename().string();
});

// Exit code 2, one line on stderr, nothing on stdout.
void expect_refused(const Words& command, const std::string& why) {
  const Child::Result result = Child(command).wait();
  EXPECT_EQ(result.code, 2) << why;
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, AllOf(HasSubstr(why), EndsWith("\n")));
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

TEST_P(DemoProgram, ExplainsItself) {
  for (const char* flag : {"-h", "--help"}) {
    const Child::Result result = Child({GetParam(), flag}).wait();
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out,
                AllOf(HasSubstr("--runtime"), HasSubstr("--workers"), HasSubstr("--task-ms")));
    EXPECT_THAT(result.err, IsEmpty());
  }
}

TEST_P(DemoProgram, RefusesACountOfWorkersThatMakesNoSense) {
  for (const char* count : {"0", "-1", "1025", "99999999999", "two", "2.5", "0x2", ""}) {
    expect_refused({GetParam(), "--workers", count},
                   "--workers: must be a whole number from 1 to 1024, not '" + std::string(count));
  }
}

TEST_P(DemoProgram, RefusesATimeThatMakesNoSense) {
  for (const char* time : {"-1", "soon", "99999999999"}) {
    expect_refused(
        {GetParam(), "--task-ms", time},
        "--task-ms: must be a whole number from 0 to 3600000, not '" + std::string(time));
  }
}

TEST_P(DemoProgram, RefusesAnUnknownRuntime) {
  expect_refused({GetParam(), "--runtime", "fibers"},
                 "--runtime: must be threads or processes, not 'fibers'");
}

TEST_P(DemoProgram, RefusesAnUnknownArgument) {
  const TestFile hosts("localhost 22\n");
  for (const char* word : {"--frobnicate", "-x", "--line\nbreak"}) {
    expect_refused({GetParam(), hosts.path(), word}, "(allowed: --help, --runtime, --workers");
  }
}

TEST_P(DemoProgram, RefusesAnOptionWithoutItsValue) {
  expect_refused({GetParam(), "--workers"}, "--workers");
}

TEST_P(DemoProgram, TellsWhenItsOutputIsLost) {
  const std::string line = R"(exec "$0" --help > /dev/full)";
  const Child::Result result = Child({"/bin/sh", "-c", line, GetParam()}).wait();
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("cannot write the output"));
}

struct WrongHosts {
  std::string name;
  std::string text;
  std::string complaint;  // what follows the name of the file
};

class FleetCheck : public ::testing::TestWithParam<WrongHosts> {};

INSTANTIATE_TEST_SUITE_P(
    , FleetCheck,
    ::testing::Values(
        WrongHosts{"Nothing", "", ": names no host"},
        WrongHosts{"CommentsOnly", "# host 1\n\n  # more\n", ": names no host"},
        WrongHosts{"NoPort", "a 1\nb\n", ":2: no port after 'b'"},
        WrongHosts{"PortZero", "a 0\n", ":1: the port must be a whole number from 1 to 65535"},
        WrongHosts{"PortTooHigh", "\na 70000\n",
                   ":2: the port must be a whole number from 1 to 65535, not '70000'"},
        WrongHosts{"PortHuge", "a 99999999999\n", ":1: the port must be a whole number"},
        WrongHosts{"PortNegative", "a -1\n", ":1: the port must be a whole number"},
        WrongHosts{"PortNoNumber", "a http\n", ":1: the port must be a whole number"},
        WrongHosts{"TooMuch", "a 1 b\n", ":1: 'b' is too much; a line is 'host port'"},
        WrongHosts{"Binary",
                   std::string("\x7f"
                               "ELF\x01\0\0 1\n",
                               10),
                   ":1: not text"}),
    [](const auto& test) { return test.param.name; });

TEST_P(FleetCheck, RefusesAFileOfHostsWithAFault) {
  const TestFile hosts(GetParam().text);
  for (const std::string& pool : {kNaive, kReactor}) {
    expect_refused({pool + "fleet_check", hosts.path()}, hosts.path() + GetParam().complaint);
  }
}

TEST(FleetCheckInput, RefusesWhatIsNoFile) {
  for (const std::string& pool : {kNaive, kReactor}) {
    expect_refused({pool + "fleet_check"}, "hosts is required");
    expect_refused({pool + "fleet_check", "/nowhere"}, "/nowhere: cannot be read");
    expect_refused({pool + "fleet_check", "/"}, "/: not a file of lines 'host port'");
    expect_refused({pool + "fleet_check", "/dev/zero"}, "not a file of lines 'host port'");
  }
}

}  // namespace
}  // namespace workbench::testing
