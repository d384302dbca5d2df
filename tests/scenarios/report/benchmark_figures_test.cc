// What a report makes of the figures of benchmarks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "scenarios/model/usage_error.h"
#include "scenarios/process/temporary_directory.h"
#include "scenarios/report/benchmark_page.h"
#include "scenarios/report/page/html.h"
#include "scenarios/report/page/site.h"

namespace workbench::scenarios {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Two contestants and the limit, as a program writes them that has repeated each three times.
const std::string kJson = R"({"context": {}, "benchmarks": [
  {"run_name": "throughput<NaivePool<Threads>>/tasks:1000/workers:2/process_time/real_time",
   "aggregate_name": "median", "real_time": 2.0, "time_unit": "ms", "items_per_second": 5e5},
  {"run_name": "throughput<NaivePool<Threads>>/tasks:1000/workers:2/process_time/real_time",
   "aggregate_name": "cv", "real_time": 0.25, "time_unit": "ms"},
  {"run_name": "throughput<KeepGoing<Threads>>/tasks:1000/workers:2/process_time/real_time",
   "aggregate_name": "mean", "real_time": 9.0, "time_unit": "ms", "items_per_second": 1e5},
  {"run_name": "throughput<KeepGoing<Threads>>/tasks:1000/workers:2/process_time/real_time",
   "aggregate_name": "median", "real_time": 500.0, "time_unit": "us", "items_per_second": 2e6},
  {"run_name": "throughput<AtomicClaim>/tasks:1000/workers:2/process_time/real_time",
   "aggregate_name": "median", "real_time": 250.0, "time_unit": "us", "items_per_second": 4e6},
  {"run_name": "stop<Threads>/workers:8/manual_time",
   "aggregate_name": "median", "real_time": 150.0, "time_unit": "us", "begun_after": 3.5}]})";

TEST(Benchmarks, AreTakenApart) {
  const auto figures = figures_in("bench_x", kJson);
  ASSERT_EQ(figures.size(), 4U);
  EXPECT_EQ(figures[0].program, "bench_x");
  EXPECT_EQ(figures[0].family, "throughput");
  EXPECT_EQ(figures[0].contestant, "NaivePool<Threads>");
  EXPECT_EQ(figures[0].setting, "tasks:1000/workers:2");
  EXPECT_DOUBLE_EQ(figures[0].seconds, 2e-3);
  EXPECT_EQ(figures[0].spread, 0.25);
  EXPECT_DOUBLE_EQ(figures[1].seconds, 500e-6);  // the median, not the mean
  EXPECT_EQ(figures[1].rate, 2e6);
  EXPECT_FALSE(figures[1].spread);
  EXPECT_EQ(figures[3].counters.at("begun_after"), 3.5);
}

TEST(Benchmarks, AreComparedWithTheNaivePoolAndTheLimit) {
  const auto page =
      benchmark_page(figures_in("bench_x", kJson), {{"throughput", "<svg/>"}}, {"a & b"});
  EXPECT_THAT(page, HasSubstr("2 M/s<br>4 × naive<br>0.5 × limit"));
  EXPECT_THAT(page, HasSubstr("500 k/s ± 25 %<br>0.125 × limit"));
  EXPECT_THAT(page, HasSubstr("150 µs<br>begun_after: 3.5"));
  EXPECT_THAT(page, HasSubstr("<figure><svg/></figure>"));
  EXPECT_THAT(page, HasSubstr("a &amp; b"));
  EXPECT_THAT(page, Not(HasSubstr("<Threads>")));  // escaped
}

TEST(Benchmarks, ThatHaveALimitOfAnotherFamilyAreComparedWithIt) {
  const auto page = benchmark_page(figures_in("bench_x", R"({"benchmarks": [
    {"run_name": "socketpair_copy/bytes:1024/real_time", "real_time": 1.0, "time_unit": "ms",
     "bytes_per_second": 4e6},
    {"run_name": "large_results<KeepGoing<Processes>>/bytes:1024/real_time", "real_time": 9.0,
     "time_unit": "ms", "bytes_per_second": 1e6}]})"),
                                   {}, {});
  EXPECT_THAT(page, HasSubstr("1 MB/s<br>0.25 × limit"));
  EXPECT_THAT(page, HasSubstr("limit: a copy through a pair of sockets"));
}

// The two halves of a report, whichever is written first.
TEST(Site, ItsPagesLeadToEachOther) {
  const TemporaryDirectory directory;
  const auto contents = [&](const char* name) {
    std::ifstream in(directory.path() / name);
    return std::string{std::istreambuf_iterator<char>(in), {}};
  };
  std::ofstream(directory.path() / "index.html") << page("first", "<p>one</p>");
  join_pages(directory.path());
  EXPECT_THAT(contents("index.html"), Not(HasSubstr("href")));
  std::ofstream(directory.path() / "benchmarks.html") << page("second", "<p>two</p>");
  for (int times = 0; times < 2; ++times) {
    join_pages(directory.path());
    EXPECT_THAT(contents("index.html"), HasSubstr("<a href=\"benchmarks.html\">"));
    EXPECT_THAT(contents("index.html"), HasSubstr("<p>one</p>"));
    EXPECT_THAT(contents("benchmarks.html"), HasSubstr("<a href=\"index.html\">"));
  }
}

TEST(Benchmarks, ThatFailedAreNoFigures) {
  const auto message_of = [](const std::string& json) -> std::string {
    try {
      figures_in("bench_x", json);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message_of(R"({"benchmarks": [{"run_name": "stop", "error_occurred": true,
                             "error_message": "it did not stop"}]})"),
              HasSubstr("bench_x: stop: it did not stop"));
  EXPECT_THAT(message_of("{"), HasSubstr("bench_x: "));
  EXPECT_THAT(message_of("{}"), HasSubstr("bench_x: "));
}

TEST(Benchmarks, ThatAreNotThereAreMissed) {
  EXPECT_THROW(report_benchmarks({.programs = "/nonexistent"}, "/nonexistent/too"),
               std::runtime_error);
}

TEST(Benchmarks, AreNotBegunWithoutWhatDrawsThem) {
  const TemporaryDirectory directory;
  const auto program = directory.path() / "bench_x";
  std::ofstream(program) << "#!/bin/sh\n: > " << (directory.path() / "begun").string() << '\n';
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const std::string path = std::getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  std::string message;
  try {
    report_benchmarks({.programs = directory.path()}, (directory.path() / "report").string());
  } catch (const std::runtime_error& error) {
    message = error.what();
  }
  setenv("PATH", path.c_str(), 1);
  EXPECT_THAT(message, HasSubstr("gnuplot-nox"));
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "begun"));
}

TEST(BenchmarkFigures, AreRefusedIfNoBenchmarkPassesTheFilter) {
  const TemporaryDirectory directory;
  const auto program = directory.path() / "bench_of_nothing";
  std::ofstream(program) << R"(#!/bin/sh
for each; do case $each in --benchmark_out=*) out=${each#*=} ;; esac; done
echo '{"context": {}, "benchmarks": []}' > "$out"
)";
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  try {
    measure({.programs = directory.path(), .filter = "nothing"},
            (directory.path() / "report").string());
    ADD_FAILURE() << "it was not refused";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no benchmark matches --filter 'nothing'"));
  }
}

}  // namespace
}  // namespace workbench::scenarios
