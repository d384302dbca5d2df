// Two runs of one fault, step by step beside each other. They are aligned where it first went wrong:
// what comes before it is spread evenly, so that both come to the fault in the same step; after it
// each goes on event by event, and waits at its end.

export interface Lockstep {
  length: number;
  cause: number; // the step in which both are at the fault
  at: (step: number) => number[]; // how many events of each run have happened
  first: (run: number, events: number) => number; // the first step in which so many have happened
}

export function lockstep(runs: { cause: number; length: number }[]): Lockstep {
  const cause = Math.max(...runs.map((run) => run.cause));
  const rest = Math.max(...runs.map((run) => run.length - run.cause));
  const length = cause + rest;
  const at = (step: number) =>
    runs.map((run) =>
      step <= cause
        ? Math.round((step * run.cause) / Math.max(cause, 1))
        : Math.min(run.length, run.cause + step - cause),
    );
  const first = (run: number, events: number) => {
    let [low, high] = [0, length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at(middle)[run]! >= events) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return { length, cause, at, first };
}
