// You are the scheduler: at each step the reader says which thread goes on. What follows was
// computed by the explorer from the real code of queue and pool.
import { useMemo, useRef, useState } from "preact/hooks";
import { Button, Choice as Select } from "../controls";
import { name_of } from "../trace";
import { choices_at, command_of, goal_of, last_steps, queues_after, START, take, undo, verdict_of,
  type Choice, type Goal, type Graph, type Leaf, type Step, type Walk } from "./graph";

const title_of = (graph: Graph) => `${graph.subject} in ${graph.scenario}`;

export function Game({ graphs }: { graphs: Graph[] }) {
  const [chosen, set_chosen] = useState(0);
  const [walk, set_walk] = useState(START);
  const [found, set_found] = useState<ReadonlySet<number>[]>(() => graphs.map(() => new Set())); // ends, by game
  const moves = useRef<HTMLDivElement>(null);
  const graph = graphs[chosen]!;
  const goal = useMemo(() => goal_of(graph), [graph]);
  const leaf = graph.nodes[walk.at]?.leaf;
  const count = found[chosen]!.size;

  const go = (to: Walk) => {
    set_walk(to);
    if (graph.nodes[to.at]?.leaf) {
      set_found(found.map((ends, i) => (i === chosen ? new Set(ends).add(to.at) : ends)));
    }
    moves.current?.focus({ preventScroll: true });
  };
  return (
    <div class="game">
      <h2>You are the scheduler</h2>
      <p>
        Choose which thread goes on. The pool is the real code: the explorer ran it in every order that makes a
        difference, and knows every end.
      </p>
      <div class="choices">
        <Select label="game" all={false} value={title_of(graph)} values={graphs.map(title_of)} set={(value) => {
          set_chosen(graphs.findIndex((each) => title_of(each) === value));
          set_walk(START);
        }} />
        <Button off={walk.taken.length === 0} go={() => go(undo(walk))}>Undo</Button>
        <Button off={walk.taken.length === 0} go={() => go(START)}>Again from the start</Button>
      </div>
      <p class="goal"><b>Goal:</b> {goal.words} ({graph.tasks} tasks, {graph.workers} {graph.workers === 1 ? "worker" : "workers"})</p>
      <p role="status" class="found">
        {count} of {graph.classes} classes of schedules found{graph.complete ? "" : " (of those that were explored)"}.
        {!goal.is_possible && count === graph.classes && " You have seen them all: it cannot be done."}
      </p>
      <Queues graph={graph} walk={walk} />
      <Actors walk={walk} />
      <div class="moves" ref={moves} tabIndex={-1}>
        {leaf ? <End graph={graph} leaf={leaf} goal={goal} />
          : <Moves choices={choices_at(graph, walk)} go={(choice) => go(take(walk, choice))} />}
      </div>
      <details>
        <summary>So far: {walk.taken.length} steps</summary>
        <ol class="history">{walk.taken.map(({ step }) => <li>{who(step)}: {step.does}</li>)}</ol>
      </details>
    </div>
  );
}

function who(step: Step): string {
  return step.actor_name ?? name_of(step.actor);
}

function Queues({ graph, walk }: { graph: Graph; walk: Walk }) {
  return (
    <div class="tubes">
      {queues_after(graph, walk).map((items, i) => (
        <div class="tube">
          <span class="tube-name">{graph.queues[i]} <b>{items.length}</b></span>
          <ol aria-label={`in ${graph.queues[i]}`}>{items.map((item) => <li>{item || "item"}</li>)}</ol>
        </div>
      ))}
    </div>
  );
}

function Actors({ walk }: { walk: Walk }) {
  const steps = last_steps(walk);
  if (steps.length === 0) return null;
  return (
    <table class="actors">
      <caption>Who is where</caption>
      <tbody>
        {steps.map((step) => (
          <tr class={`actor ${step.waits ? "waits" : ""}`}>
            <th scope="row">{step.waits ? "▮▮" : "▷"} {who(step)}</th>
            <td>
              {step.waits ? "waits in " : ""}{step.next?.call ?? step.does}{" "}
              <small>{step.next?.place ?? step.place ?? ""}</small>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Moves({ choices, go }: { choices: Choice[]; go: (choice: Choice) => void }) {
  return (
    <fieldset>
      <legend>Who goes on?</legend>
      {choices.map((choice) => (
        <Button go={() => go(choice)}>
          <b>{who(choice.step)}:</b> {choice.step.does}
          {choice.step.place && <small> {choice.step.place}</small>}
        </Button>
      ))}
    </fieldset>
  );
}

function End({ graph, leaf, goal }: { graph: Graph; leaf: Leaf; goal: Goal }) {
  return (
    <div class="end" role="status">
      <p>
        <b class="end-verdict">{verdict_of(leaf)}</b>
        {goal.is_reached(leaf) ? ": you have done it." : goal.is_possible ? ": not yet. Undo, and choose otherwise." : "."}
      </p>
      <p>The schedule: <code class="schedule">{leaf.schedule}</code></p>
      <p>Again: <code class="command">{command_of(graph, leaf)}</code></p>
    </div>
  );
}
