// Who waits, and who could end the wait: the same rules as those of the diagnosis in C++
// (scenarios/run/diagnosis.cc).
import type { ActorState, State } from "./state";
import { CALLER, name_of, type Run } from "./trace";

export interface WaitNow {
  actor: ActorState;
  wakers: ActorState[];
}

export function is_waiting(actor: ActorState): boolean {
  return actor.doing === "waits" || actor.doing === "joins";
}

export function is_gone(actor: ActorState): boolean {
  return actor.doing === "dead" || actor.doing === "left";
}

export function waits(run: Run, now: State): WaitNow[] {
  return now.actors
    .filter(is_waiting)
    .map((actor) => ({ actor, wakers: now.actors.filter((other) => can_wake(run, other.actor, actor)) }));
}

function can_wake(run: Run, other: number, waiter: ActorState): boolean {
  if (other === waiter.actor) return false;
  const is_caller = other === CALLER;
  if (waiter.doing === "joins") return !is_caller;
  const wants_room = waiter.wants === "room";
  switch (run.queues[waiter.queue]?.role) {
    case "input":
      return is_caller !== wants_room;
    case "result":
    case "error":
      return is_caller === wants_room;
    default:
      return true;
  }
}

/** `dead`, `works on task 3`: in words. */
export function doing_in_words(run: Run, actor: ActorState): string {
  switch (actor.doing) {
    case "absent":
      return "not started";
    case "works":
      return `works on task ${actor.task}`;
    case "waits":
      return `waits for ${actor.wants === "room" ? "room in" : ""} ${run.queues[actor.queue]?.name ?? "?"}`
        .replace("  ", " ");
    case "joins":
      return "waits for the workers to end";
    case "left":
      return actor.actor === CALLER ? "has its answer" : "has left";
    case "dead":
      return "dead";
    default:
      return "runs";
  }
}

/** Why a blocked actor does not go on. */
export function why(run: Run, { actor, wakers }: WaitNow): string {
  const able = wakers.filter((each) => !is_gone(each));
  const act = actor.doing === "joins" ? "end" : actor.wants === "room" ? "make room" : "put something in";
  const gone = wakers.filter(is_gone);
  const list = (actors: ActorState[]) =>
    actors.length > 4 ? `${actors.length} workers`
      : actors.map((each) => `${name_of(each.actor)} (${doing_in_words(run, each)})`).join(", ");
  if (actor.doing === "joins") return able.length === 0 ? "All have ended." : `Until these end: ${list(able)}.`;
  if (able.length === 0) {
    return gone.length === 0 ? `Nobody is there who could ${act}.`
      : `Only ${list(gone)} could ${act}: nobody is left.`;
  }
  if (able.every(is_waiting)) return `Only ${list(able)} could ${act}, and all of them wait, too.`;
  return `${list(able)} could ${act}.`;
}
