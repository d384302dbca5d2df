// The timeline of a run: what it tells, and the picture that is made of it.
#include "scenarios/report/timeline/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/locale/encoding_utf.hpp>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "scenarios/model/scenario_file.h"
#include "scenarios/report/timeline/axis.h"
#include "scenarios/report/timeline/chrome_trace.h"
#include "scenarios/report/timeline/story.h"
#include "scenarios/run/simulation.h"

namespace workbench::scenarios {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Scenario of_the_catalogue(const std::string& name) {
  for (const CatalogueFile& file : catalogue_files()) {
    if (file.name == name) return parse_scenario(file.text, name + ".toml", subject_names());
  }
  throw std::invalid_argument(name);
}

RunRecord simulated(const std::string& scenario, const std::string& subject,
                    const std::string& schedule) {
  const Scenario read = of_the_catalogue(scenario);
  RunRecord record = Simulation(*find_subject(subject), read).run(parse_schedule(schedule));
  record.scenario = scenario;
  return record;
}

RunRecord naive_run() { return simulated("one-task-throws", "naive", "0101010101010101010"); }
RunRecord reactor_run() {
  return simulated("one-task-throws", "reactor-keep-going", "0101010101010101010101010101");
}

const Lane& lane_of(const Story& story, std::int32_t actor) {
  return *std::find_if(story.lanes.begin(), story.lanes.end(),
                       [&](const Lane& lane) { return lane.actor == actor; });
}

TEST(Story, TellsWhoHasDoneWhat) {
  const Story story = story_of(naive_run());
  ASSERT_EQ(story.lanes.size(), 3U);
  const Lane& caller = lane_of(story, trace::kCaller);
  ASSERT_FALSE(caller.spans.empty());
  EXPECT_EQ(caller.spans.back().activity, Activity::waits);
  EXPECT_EQ(caller.spans.back().queue, "result_queue");
  EXPECT_TRUE(caller.spans.back().is_open) << "nobody ends it";

  std::vector<TaskId> worked_on;
  std::size_t thrown = 0;
  for (const std::int32_t worker : {0, 1}) {
    for (const Span& span : lane_of(story, worker).spans) {
      EXPECT_EQ(span.activity, Activity::works);
      worked_on.push_back(span.task.value());
      thrown += span.has_thrown ? 1 : 0;
      EXPECT_LT(span.begin, span.end);
    }
  }
  EXPECT_THAT(worked_on, ::testing::UnorderedElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(thrown, 1U);
  EXPECT_TRUE(lane_of(story, 1).ending->went_wrong);
  EXPECT_FALSE(lane_of(story, 0).ending->went_wrong);
  EXPECT_THAT(story.first_cause->what, HasSubstr("task 3 throws"));
}

TEST(Story, FollowsEachTaskThroughItsQueues) {
  const Story story = story_of(reactor_run());
  std::map<TaskId, std::size_t> ways;
  for (const Way& way : story.ways) {
    EXPECT_LE(way.pushed, way.popped);
    ++ways[way.task];
  }
  // To a worker, and its result, or the word that it has failed, back to the caller.
  EXPECT_THAT(ways, ::testing::ElementsAre(::testing::Pair(0, 2), ::testing::Pair(1, 2),
                                           ::testing::Pair(2, 2), ::testing::Pair(3, 2),
                                           ::testing::Pair(4, 2)));
  for (const QueueDepths& queue : story.queues) {
    EXPECT_EQ(queue.depths.back().items, 0U) << queue.name << " is empty at the end";
  }
}

TEST(Axis, KeepsTheOrderOfTimes) {
  const Axis axis({5'000'000, 0, 1'000, 1'200, 900'000'000}, false, 400);
  double before = -1;
  for (const std::int64_t time : {0L, 1'000L, 1'200L, 40'000L, 5'000'000L, 900'000'000L}) {
    EXPECT_GT(axis.at(time), before);
    before = axis.at(time);
  }
  EXPECT_LE(axis.length(), 400);
  EXPECT_EQ(axis.at(2'000'000'000), axis.length());
  double last = -1000;
  for (const Axis::Tick& tick : axis.ticks()) {
    EXPECT_GE(tick.x, last + 100) << "labels overlap";
    last = tick.x;
  }
}

TEST(Timeline, IsWellFormedAndAlwaysTheSame) {
  const RunRecord naive = naive_run();
  const RunRecord reactor = reactor_run();
  const std::string svg = timeline({&naive, &reactor});
  EXPECT_EQ(svg, timeline({&naive, &reactor}));
  std::istringstream in(svg);
  boost::property_tree::ptree tree;
  EXPECT_NO_THROW(boost::property_tree::read_xml(in, tree));
  EXPECT_THAT(svg, HasSubstr("first cause: task 3 throws"));
  EXPECT_THAT(svg, HasSubstr("last progress"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(Timeline, OfAMessageThatMeansHarmIsHarmless) {
  RunRecord record = naive_run();
  record.scenario = "<script>alert(\"1\")</script>&\x1b[31m\n";
  for (trace::Event& event : record.events) {
    if (event.kind == trace::EventKind::raise)
      trace::copy_text("</title><script>\x01\xff", event.detail);
  }
  const std::string svg = timeline({&record});
  EXPECT_THAT(svg, Not(HasSubstr("<script")));
  EXPECT_THAT(svg, Not(HasSubstr("\x1b")));
  EXPECT_NO_THROW(boost::locale::conv::utf_to_utf<char>(svg, boost::locale::conv::stop));
  std::istringstream in(svg);
  boost::property_tree::ptree tree;
  EXPECT_NO_THROW(boost::property_tree::read_xml(in, tree));
}

// Of a run that has stopped before anything happened there is little to show, and that is shown.
TEST(Timeline, OfAlmostNothingIsAPicture) {
  RunRecord record = naive_run();
  record.events.resize(1);
  EXPECT_THAT(timeline({&record}), HasSubstr("caller"));
  record.events.clear();
  EXPECT_THAT(timeline({&record}), HasSubstr("</svg>"));
}

TEST(ChromeTrace, HasAnArrowForEachWayAndTracksWithNames) {
  const RunRecord record = reactor_run();
  std::ostringstream out;
  write_chrome_trace(record, out);
  const auto events = nlohmann::json::parse(out.str()).at("traceEvents");
  std::map<int, std::string> ends;  // of the arrows, by their numbers
  std::vector<std::string> tracks;
  for (const auto& event : events) {
    const std::string phase = event.at("ph");
    if (phase == "s" || phase == "f") ends[event.at("id")] += phase;
    if (event.at("name") == "thread_name") tracks.push_back(event.at("args").at("name"));
    if (phase == "X") {
      EXPECT_GE(event.at("dur").get<double>(), 0);
    }
  }
  EXPECT_EQ(ends.size(), 10U);
  for (const auto& [number, phases] : ends) EXPECT_EQ(phases, "sf") << number;
  EXPECT_THAT(tracks, ::testing::ElementsAre("caller", "worker-0", "worker-1"));
}

// `WORKBENCH_RENEW=1 timeline_test` draws it anew.
TEST(Timeline, InTheReadmeIsWhatTheRunsDraw) {
  const std::string file = WORKBENCH_SOURCE_DIR "/docs/images/one-task-throws.svg";
  const RunRecord naive = naive_run();
  const RunRecord reactor = reactor_run();
  if (std::getenv("WORKBENCH_RENEW") != nullptr) write_timeline({&naive, &reactor}, file);
  std::ifstream in(file);
  const std::string kept{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(kept, timeline({&naive, &reactor})) << "WORKBENCH_RENEW=1 draws it anew";
}

}  // namespace
}  // namespace workbench::scenarios
