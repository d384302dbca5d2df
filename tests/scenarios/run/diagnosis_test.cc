// What the wait board makes of a hang.
#include "scenarios/run/diagnosis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "scenarios/run/run_subject.h"
#include "scenarios/subjects/workload.h"

namespace workbench::scenarios {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using trace::Actor;
using trace::kCaller;
using trace::Operation;

// A board on which somebody has written by hand. All live in process 1, which is there.
class Diagnosis : public ::testing::Test {
 protected:
  Diagnosis() {
    for (const char* name : {"input_queue", "result_queue", "error_queue", "stop_queue"}) {
      trace_->board.add_queue(name, 0);
    }
    set(kCaller, Actor::State::alive);
    for (WorkerId worker : {0, 1}) {
      trace_->board.expect(worker);
      set(worker, Actor::State::alive);
    }
  }

  Actor& set(std::int32_t id, Actor::State state, Operation operation = Operation::none,
             std::string_view queue = {}) {
    Actor& actor = trace_->board.actor(id);
    actor.state = state;
    actor.operation = operation;
    actor.process = 1;
    for (std::int32_t i = 0; i < trace_->board.queues(); ++i) {
      if (queue == trace_->board.queue(i).name.data()) actor.queue = i;
    }
    return actor;
  }

  void set_ended(WorkerId worker, Exit::How how) { set(worker, Actor::State::ended).how = how; }

  std::vector<Wait> waits() const {
    return waits_on(*trace_, [](int) { return true; });
  }

  std::optional<HangKind> kind() const {
    RunRecord record;
    read_board(
        *trace_, [](int) { return true; }, record);
    return kind_of(waits(), record);
  }

  bool says_hang() const {
    const auto there = [](int) { return true; };
    RunRecord record;
    read_standing(*trace_, there, record);
    return board_says_hang(waits_on(*trace_, there), record);
  }

  trace::SharedTrace trace_ = trace::make_trace();
};

TEST_F(Diagnosis, AWaitForTheDeadIsOrphaned) {
  set(kCaller, Actor::State::alive, Operation::pop, "result_queue");
  set_ended(0, Exit::How::exception);
  set_ended(1, Exit::How::returned);
  EXPECT_EQ(kind(), HangKind::orphaned_wait);
  ASSERT_THAT(waits(), SizeIs(1));
  EXPECT_THAT(waits()[0].could_be_woken_by, ElementsAre(Field(&Waker::state, ActorState::dead),
                                                        Field(&Waker::state, ActorState::left)));
}

TEST_F(Diagnosis, AWaitForOneWhoWaitsForUsIsCircular) {
  set(kCaller, Actor::State::alive, Operation::pop, "result_queue");
  set(0, Actor::State::alive, Operation::pop, "input_queue");
  set_ended(1, Exit::How::returned);
  EXPECT_EQ(kind(), HangKind::circular_wait);
  EXPECT_THAT(waits()[1].could_be_woken_by, ElementsAre(Field(&Waker::actor, kCaller)));
}

TEST_F(Diagnosis, AWaitForRoomIsAFullQueue) {
  set(kCaller, Actor::State::alive, Operation::join);
  set(0, Actor::State::alive, Operation::push, "result_queue");
  set(1, Actor::State::alive, Operation::push, "result_queue");
  EXPECT_EQ(kind(), HangKind::full_queue);
  EXPECT_THAT(waits()[1].could_be_woken_by, ElementsAre(Field(&Waker::actor, kCaller)));
  EXPECT_THAT(waits()[0].could_be_woken_by, SizeIs(2));
}

TEST_F(Diagnosis, AWaitForAnItemThatIsThereIsALostWakeup) {
  set(kCaller, Actor::State::alive, Operation::pop, "result_queue");
  set_ended(0, Exit::How::exception);
  set_ended(1, Exit::How::returned);
  trace_->board.queue(1).pushed.store(5);
  trace_->board.queue(1).popped.store(4);
  EXPECT_EQ(kind(), HangKind::lost_wakeup);
}

TEST_F(Diagnosis, AKilledWorkerMayHaveLeftACountBehind) {
  set(kCaller, Actor::State::alive, Operation::pop, "result_queue");
  set_ended(0, Exit::How::signal);
  set_ended(1, Exit::How::returned);
  trace_->board.queue(1).pushed.store(5);
  trace_->board.queue(1).popped.store(4);
  EXPECT_EQ(kind(), HangKind::orphaned_wait);
}

TEST_F(Diagnosis, AWorkerWhoseProcessIsGoneIsDeadWhateverTheBoardSays) {
  set(kCaller, Actor::State::alive, Operation::pop, "result_queue");
  trace_->board.actor(0).process = 2;
  trace_->board.actor(1).process = 2;
  const auto waits = waits_on(*trace_, [](int process) { return process == 1; });
  ASSERT_THAT(waits, SizeIs(1));
  EXPECT_THAT(waits[0].could_be_woken_by, ElementsAre(Field(&Waker::state, ActorState::dead),
                                                      Field(&Waker::state, ActorState::dead)));
}

TEST_F(Diagnosis, CountsTheResultsOfTheLastRunAlone) {
  for (const int tasks : {3, 2}) {
    trace_->begin_run();
    for (int task = 0; task < tasks; ++task) {
      trace_->record(trace::EventKind::pop, 1, task, std::to_string(right_sum(task)));
    }
  }
  RunRecord record;
  read_board(
      *trace_, [](int) { return true; }, record);
  const std::size_t in_hand = read_results_in_hand(*trace_, record);
  EXPECT_THAT(record.result.tasks, SizeIs(2));
  const Tally of_three =
      tally_of_unfinished({.name = "", .title = "", .why = "", .tasks = 3}, in_hand);
  EXPECT_EQ(of_three[OutcomeKind::ok], 2U);
  EXPECT_EQ(of_three.missing(), 1U);
  const Tally of_one =
      tally_of_unfinished({.name = "", .title = "", .why = "", .tasks = 1}, in_hand);
  EXPECT_EQ(of_one.missing(), 0U);
}

TEST_F(Diagnosis, SaysByItselfThatAnUntimedWaitForTheDeadIsAHang) {
  set(kCaller, Actor::State::alive, Operation::pop, "result_queue");
  set_ended(0, Exit::How::exception);
  set_ended(1, Exit::How::returned);
  EXPECT_TRUE(says_hang());
}

TEST_F(Diagnosis, DoesNotCallAWaitAHangThatMayEndInTheNextMoment) {
  set_ended(0, Exit::How::signal);
  set_ended(1, Exit::How::returned);
  set(kCaller, Actor::State::alive, Operation::timed_pop, "result_queue");
  EXPECT_FALSE(says_hang());
  set(kCaller, Actor::State::alive, Operation::join);
  EXPECT_FALSE(says_hang());
  set(kCaller, Actor::State::alive, Operation::pop, "result_queue");
  trace_->board.queue(1).pushed.store(1);  // on its way to the caller
  EXPECT_FALSE(says_hang());
}

TEST_F(Diagnosis, DoesNotCallItAHangWhileAnybodyWorks) {
  set_ended(0, Exit::How::exception);
  set(1, Actor::State::alive);
  set(kCaller, Actor::State::ended).how = Exit::How::signal;
  set(0, Actor::State::alive, Operation::pop, "input_queue");
  EXPECT_FALSE(says_hang());
}

TEST_F(Diagnosis, NobodyWaitsWhereNobodyDoes) {
  EXPECT_THAT(waits(), IsEmpty());
  EXPECT_EQ(kind(), std::nullopt);
}

}  // namespace
}  // namespace workbench::scenarios
