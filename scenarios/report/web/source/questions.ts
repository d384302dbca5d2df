// Predict mode: what the page asks before it goes on. Questions, options and answers are all read
// off the trace.
import { state } from "./state";
import { CALLER, name_of, type Run } from "./trace";
import { step_of_cause } from "./moments";
import { is_gone, is_waiting, waits, why } from "./waits";

export interface Question {
  step: number; // asked in this state, before the next event
  ask: string;
  options: string[];
  answer: number; // index of the right option
  because: string;
}

/** All questions about a run, in the order of their steps. */
export function questions(run: Run): Question[] {
  const cause = step_of_cause(run);
  const all = [after_the_throw(run), last_wait(run), fate_of_the_caller(run, cause), lost_task(run, cause)];
  return all.filter((each): each is Question => each !== undefined).sort((a, b) => a.step - b.step);
}

function question(step: number, ask: string, options: string[], right: string, because: string): Question {
  return { step, ask, options, answer: options.indexOf(right), because };
}

// What becomes of a worker whose action throws?
function after_the_throw(run: Run): Question | undefined {
  const thrown = run.events.findIndex((event) => event.kind === "throw");
  const event = run.events[thrown];
  if (!event) return undefined;
  const next = run.events.find((each, k) => k > thrown && each.actor === event.actor);
  const dies = "It dies";
  const tells = "It tells the caller, and goes on";
  const silent = "It goes on as if nothing had happened";
  const nothing = "Nothing more is seen of it";
  const into = next?.kind === "push" ? run.queues[next.queue] : undefined;
  const tells_it = into && (into.role === "error" || into.role === "stop" || next?.detail === "announces");
  const right = !next ? nothing : next.kind === "died" ? dies : tells_it ? tells : silent;
  return question(
    thrown + 1,
    `The action of ${name_of(event.actor)} has thrown on task ${event.task}. What becomes of this worker?`,
    [dies, tells, silent, nothing],
    right,
    next ? `Its next event is: ${next.kind}${into ? ` ${into.name}` : ""}.` : "The trace has no further event of it.",
  );
}

// Who could end the last wait of the caller at a queue?
function last_wait(run: Run): Question | undefined {
  let step = 0;
  run.events.forEach((event, k) => {
    if (event.kind === "block" && event.actor === CALLER) step = k + 1;
  });
  const wait = step === 0 ? undefined : waits(run, state(run, step)).find((each) => each.actor.actor === CALLER);
  if (!wait) return undefined;
  const queue = run.queues[wait.actor.queue]?.name ?? "the queue";
  const able = wait.wakers.filter((each) => !is_gone(each));
  const nobody = "Nobody any more";
  const only = (n: number) => (n === 1 ? "One worker" : `${n} workers`);
  const everyone = wait.wakers.length;
  const right = able.length === 0 ? nobody : able.every(is_waiting) ? "Only some who wait, too" : only(able.length);
  const options = [nobody, "Only some who wait, too", only(1)];
  if (everyone > 1) options.push(only(everyone));
  if (!options.includes(right)) options.push(right);
  return question(step, `The caller waits at ${queue}. Who could end this wait?`, options, right, why(run, wait));
}

// How does it end?
function fate_of_the_caller(run: Run, cause: number): Question | undefined {
  const words: { [verdict: string]: string } = {
    completed: "It gets all results",
    reported: "It returns, and is told what failed",
    stopped: "It is thrown the error that stopped the run",
    "silent-loss": "It returns, and nobody tells it what is missing",
    hang: "It waits for ever",
    crash: "It is gone: the whole process ends",
  };
  const right = words[run.verdict];
  if (!right) return undefined;
  return question(cause, `What happens to the caller of ${run.subject}?`, Object.values(words), right,
    `The verdict was: ${run.words}.`);
}

// Which tasks have no result in the end?
function lost_task(run: Run, cause: number): Question | undefined {
  if (run.tasks === 0 || run.tasks > 12) return undefined;
  const without = [...Array(run.tasks).keys()].filter((task) => !run.end.ok.includes(task));
  const words = (tasks: number[]) =>
    tasks.length === 0 ? "None" : tasks.length === run.tasks ? "All" : tasks.join(", ");
  const thrown = run.events.filter((event) => event.kind === "throw").map((event) => event.task);
  const sets = [without, [], [...Array(run.tasks).keys()], [...new Set(thrown)].sort((a, b) => a - b), [run.tasks - 1]];
  const options = [...new Set(sets.map(words))].sort();
  return question(cause, `Which tasks of ${run.subject} will have no result in the end?`, options, words(without),
    run.end.ledger.map(([outcome, count]) => `${count} ${outcome}`).join(", ") + ".");
}
