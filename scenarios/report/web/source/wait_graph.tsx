// Who waits for whom, now: an arrow from each that waits to those who could end its wait.
import { is_gone, type WaitNow } from "./waits";
import type { ActorState, State } from "./state";
import { CALLER, name_of, type Run } from "./trace";

const MOST = 17;
const WIDTH = 92;
const RIGHT = 250; // where the workers begin

export function WaitGraph({ run, now, waits }: { run: Run; now: State; waits: WaitNow[] }) {
  if (now.actors.length > MOST) return null;
  const workers = now.actors.length - 1;
  const row = workers > 6 ? 22 : 28;
  const height = Math.max(workers, 1) * row + 8;
  const first = run.events.slice(0, now.step).find((event) => event.kind === "throw" || event.kind === "died");
  const middle = (actor: number) => (actor === CALLER ? height / 2 : actor * row + row / 2 + 4);
  return (
    <svg class="wait-graph" viewBox={`0 0 470 ${height}`} role="img" aria-label={in_words(waits)}>
      <defs>
        <marker id={`arrow-${run.subject}`} viewBox="0 0 6 6" refX="6" refY="3" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0 0 L6 3 L0 6 Z" class="arrow" />
        </marker>
      </defs>
      {waits.flatMap(({ actor, wakers }) => wakers.map((other) => (
        <path class={`wait${is_gone(other) ? " never" : ""}`} d={edge(actor.actor, other.actor, middle)}
          marker-end={`url(#arrow-${run.subject})`} />
      )))}
      {now.actors.map((actor) => (
        <Node actor={actor} x={actor.actor === CALLER ? 4 : RIGHT} y={middle(actor.actor)} waits={waits}
          is_first={first?.actor === actor.actor} />
      ))}
    </svg>
  );
}

function edge(from: number, to: number, middle: (actor: number) => number): string {
  const [a, b] = [middle(from), middle(to)];
  if (from === CALLER) return `M${4 + WIDTH} ${a} L${RIGHT} ${b}`;
  if (to === CALLER) return `M${RIGHT} ${a} L${4 + WIDTH} ${b}`;
  return `M${RIGHT + WIDTH} ${a} C${RIGHT + WIDTH + 40} ${a} ${RIGHT + WIDTH + 40} ${b} ${RIGHT + WIDTH} ${b}`;
}

function Node(props: { actor: ActorState; x: number; y: number; waits: WaitNow[]; is_first: boolean }) {
  const { actor, x, y } = props;
  const is_waiting = props.waits.some((wait) => wait.actor === actor);
  return (
    <g class={`node is-${is_waiting ? "waiting" : actor.doing}`}>
      <rect x={x} y={y - 10} width={WIDTH} height="20" rx={actor.actor === CALLER ? 2 : 10} />
      <text x={x + WIDTH / 2} y={y + 4} text-anchor="middle">{name_of(actor.actor)}</text>
      {actor.doing === "dead" && <path class="crossed" d={`M${x + 4} ${y + 8} L${x + WIDTH - 4} ${y - 8}`} />}
      {props.is_first && <text class="note" x={x + WIDTH + 6} y={y + 4}>← first cause</text>}
    </g>
  );
}

function in_words(waits: WaitNow[]): string {
  if (waits.length === 0) return "Nobody waits.";
  return waits.map(({ actor, wakers }) =>
    `${name_of(actor.actor)} waits for ${wakers.map((each) => name_of(each.actor)).join(" or ") || "nobody"}`).join("; ");
}
