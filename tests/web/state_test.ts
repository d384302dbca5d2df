// What the script of the report makes of recorded runs, held against what C++ says of their ends.
// REPORT names a page that `workbench report` has written.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { lockstep } from "../../scenarios/report/web/source/lockstep";
import { in_words, step_of_cause } from "../../scenarios/report/web/source/moments";
import { questions } from "../../scenarios/report/web/source/questions";
import { state } from "../../scenarios/report/web/source/state";
import { CALLER, unpacked, type Recorded, type Run } from "../../scenarios/report/web/source/trace";
import { is_waiting, waits } from "../../scenarios/report/web/source/waits";

const page = readFileSync(process.env["REPORT"]!, "utf8");
const text = /<script type="application\/json" id="replay-data">(.*?)<\/script>/s.exec(page)![1]!;
const runs = unpacked(JSON.parse(text) as Recorded);
const of = (id: string): Run => runs.find((run) => run.id === id)!;

// Every step of a short run, some of a long one.
const some_steps = (run: Run) => {
  const stride = Math.max(1, Math.floor(run.events.length / 40));
  return run.events.map((_, k) => k).filter((k) => k % stride === 0 || k === run.events.length - 1);
};

test("there is something to test", () => {
  assert.ok(runs.filter((run) => run.left_out === 0).length > 20);
  assert.ok(runs.some((run) => run.verdict === "hang") && runs.some((run) => run.tasks === 500));
});

test("a replay ends in the state in which C++ saw the run", () => {
  for (const run of runs.filter((each) => each.left_out === 0)) {
    const end = state(run, run.events.length);
    // A process may be killed after its item can be popped, and before it has recorded that.
    const depths = end.queues.map(({ items, early }) => Math.max(0, items.length - early.length));
    assert.deepEqual(depths, run.end.depths, run.id);
    run.end.workers.forEach((expected, worker) => {
      if (expected !== "dead" && expected !== "left") return;
      assert.equal(end.actors[worker + 1]!.doing, expected, `${run.id}, worker ${worker}`);
    });
    if (run.subject === "published-reactor") continue; // its replies do not say whose they are
    const ok = [...end.tasks.keys()].filter((task) => end.tasks[task] === "ok");
    if (run.verdict !== "crash") assert.deepEqual(ok, run.end.ok, run.id);
  }
});

test("who waits at the end of a hang, and for whom, is what the diagnosis says", () => {
  for (const run of runs.filter((each) => each.verdict === "hang")) {
    const found = waits(run, state(run, run.events.length)).map(({ actor, wakers }) => ({
      actor: actor.actor,
      queue: actor.doing === "joins" ? "" : run.queues[actor.queue]!.name,
      place: actor.place,
      wakers: wakers.map((each) => [each.actor, is_waiting(each) ? "waiting" : each.doing]),
    }));
    const expected = run.end.waits.map((each) => ({
      actor: each.actor, queue: each.queue, place: each.place,
      wakers: each.wakers.map((waker) => [waker.actor, waker.state]),
    }));
    assert.deepEqual(found, expected, run.id);
  }
});

test("to step back is to replay: a state depends on nothing but its step", () => {
  for (const run of runs) {
    const before = JSON.stringify(run);
    const steps = some_steps(run);
    const forward = steps.map((k) => JSON.stringify(state(run, k)));
    const backward = [...steps].reverse().map((k) => JSON.stringify(state(run, k))).reverse();
    assert.deepEqual(backward, forward, run.id);
    assert.equal(JSON.stringify(run), before, `${run.id} was changed`);
  }
});

test("in each state a queue holds what was pushed and not popped", () => {
  for (const run of runs) {
    for (const k of some_steps(run)) {
      const now = state(run, k);
      run.queues.forEach((queue, id) => {
        const events = run.events.slice(0, k).filter((event) => event.queue === id);
        const count = (...kinds: string[]) => events.filter((event) => kinds.includes(event.kind)).length;
        const { items, early } = now.queues[id]!;
        assert.equal(items.length - early.length, count("push") - count("pop", "pill", "stop"), `${run.id}, ${queue.name}, ${k}`);
      });
    }
  }
});

test("every place that an actor comes to has its line in the sources that the page carries", () => {
  const { sources } = JSON.parse(text) as Recorded;
  const ours = runs.filter((run) => run.left_out === 0).filter((run) => run.subject === "naive" || run.subject.startsWith("reactor"));
  for (const run of ours) {
    const places = new Set(run.events.map((event) => event.place).filter((place) => place !== ""));
    assert.ok(places.size > 2, run.id);
    for (const place of places) {
      const [file, line] = place.split(":");
      assert.match(sources[file!]!.split("\n")[Number(line) - 1]!, /push|pop|join/, place);
    }
  }
});

test("both runs are at their first cause in the same step, and each comes to its end", () => {
  const pair = [of("one-task-throws.naive.threads"), of("one-task-throws.reactor-keep-going.threads")];
  const shape = pair.map((run) => ({ cause: step_of_cause(run), length: run.events.length }));
  const steps = lockstep(shape);
  assert.deepEqual(steps.at(0), [0, 0]);
  assert.deepEqual(steps.at(steps.cause), shape.map((each) => each.cause));
  assert.deepEqual(steps.at(steps.length), shape.map((each) => each.length));
  for (let step = 1; step <= steps.length; ++step) {
    steps.at(step).forEach((k, i) => assert.ok(k - steps.at(step - 1)[i]! <= 1 && k >= steps.at(step - 1)[i]!));
  }
});

test("every question has its answer among its options, and each option once", () => {
  for (const run of runs) {
    for (const question of questions(run)) {
      assert.ok(question.answer >= 0, `${run.id}: ${question.ask}`);
      assert.equal(new Set(question.options).size, question.options.length);
    }
  }
});

test("the answers about one task that throws are the true ones", () => {
  const answers = (id: string) => questions(of(id)).map((each) => each.options[each.answer]);
  const naive = answers("one-task-throws.naive.threads");
  for (const answer of ["It dies", "Nobody any more", "It waits for ever"]) assert.ok(naive.includes(answer), `${naive}`);
  const reactor = answers("one-task-throws.reactor-keep-going.threads");
  for (const answer of ["It tells the caller, and goes on", "It returns, and is told what failed", "3"]) {
    assert.ok(reactor.includes(answer), `${reactor}`);
  }
});

test("every event has its words", () => {
  for (const run of runs) {
    for (const event of run.events) assert.doesNotMatch(in_words(run, event), /undefined|NaN| -1/);
  }
  assert.equal(of("one-task-throws.naive.threads").events[0]!.actor, CALLER);
});
