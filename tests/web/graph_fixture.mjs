// A small graph for the game, made by hand: four actors, three ends, one of them bad. Two ways lead to
// the node 3.
export const graph = {
  schema_version: 1, scenario: "last-of-two-throws", subject: "published-reactor", workers: 2, tasks: 2,
  command: "workbench run last-of-two-throws --subject published-reactor --runtime simulated",
  queues: ["input_queue", "result_queue"], complete: true, classes: 3,
  steps: [
    { actor: -1, actor_name: "caller", does: "push input_queue", events: [{ kind: "push", queue: 0, task: 0, item: "0" }] },
    { actor: 0, does: "pop input_queue", place: "naive/pool.h:30", events: [{ kind: "pop", queue: 0, task: 0, item: "0" }] },
    { actor: 0, does: "wait for input_queue", next: { call: "input_queue.pop()", place: "naive/pool.h:30" }, waits: true },
    { actor: 7, actor_name: "the clock", does: "strikes" },
    { actor: 1, does: "leave" },
  ],
  nodes: [
    { choices: [[0, 1], [2, 2]] },
    { choices: [[1, 3], [3, 4]] },
    { choices: [[0, 3], [4, 5]] },
    { leaf: { verdict: "reported", schedule: "0,1" } },
    { leaf: { verdict: "silent-loss", schedule: "0,clock" } },
    { leaf: { verdict: "hang", hang: "orphaned-wait", schedule: "1,2" } },
  ],
};
