// The moments of a run that a reader wants to jump to, and what happens in a step, in words.
import { NONE, name_of, type Event, type Kind, type Run } from "./trace";

export type Moment = "block" | "throw" | "death" | "verdict";

const KIND_OF: { [kind in Moment]: Kind } = { block: "block", throw: "throw", death: "died", verdict: "verdict" };

/** The steps after which such a thing has just happened. */
export function steps_of(run: Run, moment: Moment): number[] {
  const steps: number[] = [];
  run.events.forEach((event, k) => {
    if (event.kind === KIND_OF[moment]) steps.push(k + 1);
  });
  return steps;
}

/** The step of the first cause: the first throw or death. Without one, the last step. */
export function step_of_cause(run: Run): number {
  const found = run.events.findIndex((event) => event.kind === "throw" || event.kind === "died");
  return found < 0 ? run.events.length : found + 1;
}

function thing(run: Run, event: Event): string {
  const role = run.queues[event.queue]?.role;
  if (role === "stop") return "a stop token";
  if (role === "input") return event.task === NONE ? "a pill" : `task ${event.task}`;
  if (role === "error") return `an error${event.detail ? `: ${event.detail}` : ""}`;
  if (event.detail === "announces") {
    return event.task === NONE ? "the word that a worker has ended" : `the word that task ${event.task} has failed`;
  }
  if (event.detail === "leaves") return "the word that it leaves";
  return event.task === NONE ? "an item" : `the result of task ${event.task}`;
}

export function in_words(run: Run, event: Event | undefined): string {
  if (!event) return "Nothing has happened yet.";
  const who = name_of(event.actor);
  const queue = run.queues[event.queue]?.name ?? "";
  switch (event.kind) {
    case "start":
      return `${who} begins.`;
    case "push":
      return `${who} pushes ${thing(run, event)} into ${queue}.`;
    case "pop":
    case "pill":
    case "stop":
      return `${who} pops ${thing(run, event)} from ${queue}.`;
    case "block":
      return `${who} waits ${event.wants === "room" ? "for room in" : "at the empty"} ${queue}.`;
    case "wake":
      return `${who} waits no longer at ${queue}.`;
    case "action":
      return `${who} begins the action on task ${event.task}.`;
    case "done":
      return `The action of ${who} on task ${event.task} returns.`;
    case "throw":
      return `The action of ${who} on task ${event.task} throws ${event.detail}.`;
    case "left":
      return `${who} leaves, as it was told to.`;
    case "died":
      return `${who} is dead: ${event.detail}.`;
    case "join":
      return `The caller waits for the workers to end.`;
    default:
      return `The watchdog concludes: ${run.words}.`;
  }
}
