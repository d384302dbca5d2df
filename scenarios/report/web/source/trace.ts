// The recorded runs, as C++ writes them into the page (scenarios/report/page/replay_data.cc).

export const CALLER = -1;
/** The event is about no queue, no task, no place, or has no words. */
export const NONE = -1;

export type Kind =
  | "start" | "push" | "pop" | "block" | "wake" | "action" | "done" | "throw" | "pill" | "stop"
  | "left" | "died" | "join" | "verdict";

export interface Event {
  time: number; // microseconds since the first event
  actor: number;
  kind: Kind;
  queue: number;
  task: number;
  place: string; // naive/pool.h:59; empty: not known
  detail: string;
  wants: "item" | "room"; // of a block
}

export interface Queue {
  name: string;
  role: "input" | "result" | "error" | "stop" | "other";
  capacity: number; // 0: unbounded
}

export interface Waker { actor: number; state: string }
export interface Wait { actor: number; operation: string; queue: string; place: string; wakers: Waker[] }

/** What C++ says of the end of the run. */
export interface End {
  depths: number[]; // by queue
  workers: string[]; // their states, by number
  waits: Wait[];
  ledger: [outcome: string, count: number][]; // only those that are not 0
  ok: number[]; // the tasks whose results the caller has
}

export interface Run {
  id: string;
  scenario: string;
  subject: string;
  runtime: string;
  tasks: number;
  workers: number;
  verdict: string; // hang, reported, ...
  words: string; // hang: orphaned-wait (proved)
  queues: Queue[];
  events: Event[];
  left_out: number; // events for which the page has no room
  end: End;
}

// Microseconds since the event before, actor, kind, queue, task, place, text; -1s at the end are left out.
type Packed = number[];

export interface Recorded {
  kinds: Kind[];
  places: string[];
  texts: string[];
  sources: { [file: string]: string };
  runs: (Omit<Run, "events"> & { events: Packed[] })[];
}

/** The runs with their events written out. */
export function unpacked(recorded: Recorded): Run[] {
  return recorded.runs.map((run) => {
    let time = 0;
    const events = run.events.map((packed): Event => {
      const [since, actor, kind, queue = NONE, task = NONE, place = NONE, text = NONE] = packed as [number, number, number];
      time += since;
      return {
        time, actor, queue, task, kind: recorded.kinds[kind] ?? "verdict", wants: "item",
        place: recorded.places[place] ?? "", detail: recorded.texts[text] ?? "",
      };
    });
    const whole = { ...run, events };
    say_what_blocks_want(whole);
    return whole;
  });
}

// A block does not say whether its actor wants an item or room: what it does next in that queue does,
// or else the wait that it never got out of.
function say_what_blocks_want(run: Run) {
  const next = new Map<string, Kind>();
  for (let k = run.events.length - 1; k >= 0; --k) {
    const event = run.events[k]!;
    const key = `${event.actor} ${event.queue}`;
    if (event.kind === "block") {
      const wait = run.end.waits.find((each) => each.actor === event.actor);
      const kind = next.get(key) ?? wait?.operation;
      event.wants = kind === "push" ? "room" : "item";
    } else if (event.queue !== NONE && event.kind !== "wake") {
      next.set(key, event.kind);
    }
  }
}

export function name_of(actor: number): string {
  if (actor === CALLER) return "caller";
  return actor === -2 ? "watchdog" : actor === -3 ? "a thread" : `worker-${actor}`;
}
