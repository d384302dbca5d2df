// The graph of all that can happen in a small simulated scenario, computed by the explorer
// (scenarios/schema/graph.json), and a walk through it.

export interface StepEvent {
  kind: string;
  queue?: number;
  task?: number;
  item?: string;
}

/** What one thread does if it goes on. */
export interface Step {
  actor: number;
  actor_name?: string;
  does: string;
  place?: string;
  events?: StepEvent[];
  next?: { call: string; place?: string }; // where it is afterwards
  waits?: boolean; // and it goes on only when another one has woken it
}

export interface Leaf {
  verdict: string;
  hang?: string | null;
  schedule: string;
}

export interface GraphNode {
  choices?: [step: number, to: number][];
  leaf?: Leaf;
}

export interface Graph {
  scenario: string;
  subject: string;
  workers: number;
  tasks: number;
  command: string;
  queues: string[];
  complete: boolean;
  classes: number;
  steps: Step[];
  nodes: GraphNode[];
}

export interface Choice { step: Step; to: number }

export interface Walk {
  at: number; // the node
  taken: Choice[];
}

export const START: Walk = { at: 0, taken: [] };

export function choices_at(graph: Graph, walk: Walk): Choice[] {
  return (graph.nodes[walk.at]?.choices ?? []).map(([step, to]) => ({ step: graph.steps[step]!, to }));
}

export function take(walk: Walk, choice: Choice): Walk {
  return { at: choice.to, taken: [...walk.taken, choice] };
}

export function undo(walk: Walk): Walk {
  const taken = walk.taken.slice(0, -1);
  return { at: taken[taken.length - 1]?.to ?? START.at, taken };
}

/** What is in each queue after a walk, in the words of the graph. */
export function queues_after(graph: Graph, walk: Walk): string[][] {
  const queues = graph.queues.map((): string[] => []);
  for (const event of walk.taken.flatMap(({ step }) => step.events ?? [])) {
    const items = queues[event.queue ?? -1];
    const item = event.item ?? "";
    if (!items) continue;
    if (event.kind === "push") items.push(item);
    if (event.kind === "pop" || event.kind === "pill" || event.kind === "stop") {
      items.splice(Math.max(0, items.indexOf(item)), 1);
    }
  }
  return queues;
}

/** The last step of each actor that has made one, by actor. */
export function last_steps(walk: Walk): Step[] {
  const last = new Map<number, Step>();
  for (const { step } of walk.taken) last.set(step.actor, step);
  return [...last.values()].sort((a, b) => a.actor - b.actor);
}

/** What the reader is to bring about: an end that nobody wants, if there is one. */
export interface Goal {
  words: string;
  is_possible: boolean;
  is_reached: (leaf: Leaf) => boolean;
}

const BAD = ["hang", "silent-loss", "crash"];

export function goal_of(graph: Graph): Goal {
  const bad = BAD.find((verdict) => graph.nodes.some((node) => node.leaf?.verdict === verdict));
  const words: { [verdict: string]: string } = {
    hang: `Make ${graph.subject} hang.`,
    "silent-loss": `Make ${graph.subject} lose its error, so that nobody hears of it.`,
    crash: `Make ${graph.subject} crash.`,
  };
  return {
    words: bad ? words[bad]! : `Try to make ${graph.subject} hang, or lose a result without a word.`,
    is_possible: bad !== undefined,
    is_reached: (leaf) => (bad ? leaf.verdict === bad : BAD.includes(leaf.verdict)),
  };
}

export function verdict_of(leaf: Leaf): string {
  return leaf.hang ? `${leaf.verdict}: ${leaf.hang}` : leaf.verdict;
}

export function command_of(graph: Graph, leaf: Leaf): string {
  return `${graph.command} --schedule '${leaf.schedule}'`;
}
