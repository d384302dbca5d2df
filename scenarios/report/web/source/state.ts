// What a run looks like after its first events: a pure function of them. To step back is to ask for
// an earlier state.
import { CALLER, NONE, type Event, type Queue, type Run } from "./trace";

export type Doing = "absent" | "runs" | "works" | "waits" | "joins" | "left" | "dead";

export interface Item {
  task: number;
  text: string; // "pill", a result, an error
  from: number; // the actor that pushed it
}

export interface QueueState {
  queue: Queue;
  items: Item[];
  // What was popped before its push was recorded: a push that waits for room is recorded when it is done.
  early: Item[];
}

export interface ActorState {
  actor: number;
  doing: Doing;
  task: number; // the one that it has taken last, until its result is pushed
  queue: number; // it waits for
  wants: "item" | "room";
  place: string; // where it was last seen in the source
  how: string; // it ended
}

/** What has become of a task. Those before `ok`, and `in dead hands`, can still change. */
export type Fate =
  | "not pushed" | "queued" | "taken" | "running" | "result made" | "threw" | "on its way"
  | "ok" | "failed" | "in dead hands" | "lost" | "not started";

export interface State {
  step: number;
  event: Event | undefined; // the last one
  queues: QueueState[];
  actors: ActorState[]; // the caller, then the workers by number
  tasks: Fate[];
  over: boolean;
}

// What the run has given back, if it has. Otherwise its caller is where it was.
const RETURNS = ["completed", "reported", "stopped", "silent-loss"];

/** The state after the first `step` events. */
export function state(run: Run, step: number): State {
  const now: State = {
    step,
    event: run.events[step - 1],
    queues: run.queues.map((queue) => ({ queue, items: [], early: [] })),
    actors: [],
    tasks: new Array<Fate>(run.tasks).fill("not pushed"),
    over: false,
  };
  for (let actor = CALLER; actor < run.workers; ++actor) {
    const doing = actor === CALLER ? "runs" : "absent";
    now.actors.push({ actor, doing, task: NONE, queue: NONE, wants: "item", place: "", how: "" });
  }
  for (let k = 0; k < step && k < run.events.length; ++k) apply(now, run.events[k]!);
  now.over ||= step >= run.events.length && run.left_out === 0;
  if (now.over) {
    see_the_dead(now, run);
    see_waits(now, run);
  }
  if (now.over && RETURNS.includes(run.verdict)) now.actors[0]!.doing = "left";
  return now;
}

function apply(now: State, event: Event) {
  if (event.kind === "verdict") {
    now.over = true;
    return;
  }
  const actor = now.actors[event.actor + 1];
  if (!actor) return; // not one of the pool's
  if (event.place) actor.place = event.place;
  // The trace does not say when a join has ended; the next thing that the caller does says so.
  if (actor.doing === "joins" && event.kind !== "join") actor.doing = "runs";
  const queue = now.queues[event.queue];
  switch (event.kind) {
    case "start":
    case "wake":
      actor.doing = "runs";
      break;
    case "join":
      actor.doing = "joins";
      break;
    case "block":
      Object.assign(actor, { doing: "waits", queue: event.queue, wants: event.wants });
      break;
    case "action":
      actor.doing = "works";
      actor.task = event.task;
      settle(now, event.task, "running");
      break;
    case "done":
    case "throw":
      actor.doing = "runs";
      settle(now, event.task, event.kind === "done" ? "result made" : "threw");
      break;
    case "left":
    case "died":
      end(now, actor, event);
      break;
    case "push":
      if (queue) push(now, queue, actor, event);
      break;
    default: // pop, pill, stop
      if (queue) pop(now, queue, actor, event);
  }
}

// A queue that fills up between the look at it and the push blocks without a word in the trace. In the
// end the watchdog has seen who waits.
function see_waits(now: State, run: Run) {
  for (const { actor, operation, queue, place } of run.end.waits) {
    const waiter = now.actors[actor + 1];
    if (waiter?.doing !== "runs") continue;
    Object.assign(waiter, {
      doing: operation === "join" ? "joins" : "waits", queue: run.queues.findIndex((each) => each.name === queue),
      wants: operation === "push" ? "room" : "item", place,
    });
  }
}

// Who was killed could not tell of it; and threads share their process: where it is gone, all are.
function see_the_dead(now: State, run: Run) {
  for (const actor of now.actors) {
    if (actor.doing === "absent" || actor.doing === "left" || actor.doing === "dead") continue;
    if (run.verdict !== "crash" && run.end.workers[actor.actor] !== "dead") continue;
    Object.assign(actor, { doing: "dead", how: "its process is gone" });
  }
}

function settle(now: State, task: number, fate: Fate) {
  if (task >= 0 && task < now.tasks.length) now.tasks[task] = fate;
}

function end(now: State, actor: ActorState, event: Event) {
  actor.doing = event.kind === "left" ? "left" : "dead";
  actor.how = event.detail;
  if (actor.doing !== "dead" || actor.task === NONE) return;
  const fate = now.tasks[actor.task];
  if (fate === "taken" || fate === "running" || fate === "result made" || fate === "threw") {
    settle(now, actor.task, "in dead hands");
  }
}

function push(now: State, { queue, items, early }: QueueState, actor: ActorState, event: Event) {
  const popped = early.findIndex((item) => item.task === event.task && item.text === event.detail);
  if (popped >= 0) early.splice(popped, 1);
  else items.push({ task: event.task, text: event.detail, from: event.actor });
  if (queue.role === "input") settle(now, event.task, "queued");
  if (queue.role === "result" && event.task === actor.task && event.task !== NONE) {
    if (popped < 0) settle(now, event.task, "on its way");
    actor.task = NONE;
  }
}

function pop(now: State, { queue, items, early }: QueueState, actor: ActorState, event: Event) {
  // Two pushes at the same time may be recorded in either order, so the first may not be the one.
  const found = items.findIndex((item) => fits(item, event));
  const item = found < 0 ? { task: event.task, text: event.detail, from: NONE } : items.splice(found, 1)[0]!;
  if (found < 0) early.push(item);
  if (queue.role === "input" && event.task !== NONE) {
    // The caller takes back what is not to be begun any more.
    settle(now, event.task, event.actor === CALLER ? "not started" : "taken");
    if (event.actor !== CALLER) actor.task = event.task;
  }
  if (event.actor !== CALLER) return;
  if (queue.role === "result" && event.task !== NONE) {
    settle(now, event.task, event.detail === "announces" ? "failed" : "ok");
  }
  if (queue.role === "error") {
    // The end of a worker: what it held is lost, and the caller knows it now.
    const dead = now.actors.find((each) => each.doing === "dead" && each.how === item.text);
    if (dead && now.tasks[dead.task] === "in dead hands") settle(now, dead.task, "lost");
  }
}

function fits(item: Item, event: Event): boolean {
  if (event.kind === "stop") return true;
  if (event.kind === "pill") return item.task === NONE;
  return item.task === event.task && item.text === event.detail;
}

/** How many tasks have each fate, in the order of the books. */
export function ledger(now: State): [Fate, number][] {
  const order: Fate[] = ["ok", "failed", "lost", "not started", "in dead hands", "on its way", "result made", "threw",
    "running", "taken", "queued", "not pushed"];
  const counts = order.map((fate): [Fate, number] => [fate, now.tasks.filter((each) => each === fate).length]);
  return counts.filter(([, count]) => count > 0);
}
