// One pool in one state of its run: queues as tubes, its actors, who waits for whom, the source.
import { useMemo } from "preact/hooks";
import { Source } from "./source";
import { ledger, state, type ActorState, type QueueState, type State } from "./state";
import { NONE, name_of, type Run } from "./trace";
import { WaitGraph } from "./wait_graph";
import { doing_in_words, waits, why } from "./waits";

const MOST_ITEMS = 8; // of a queue that are drawn
const MOST_ACTORS = 17;

export function Pool(props: { run: Run; step: number; sources: { [file: string]: string } }) {
  const { run, step } = props;
  const now = useMemo(() => state(run, step), [run, step]);
  const all_waits = waits(run, now);
  const is_over = step === run.events.length;
  return (
    <section class="pool" aria-label={run.subject}>
      <h3>{run.subject} <small>{is_over ? `${run.words}` : `event ${step} of ${run.events.length}`}</small></h3>
      <div class="tubes">{now.queues.map((queue) => <Tube queue={queue} />)}</div>
      <table class="actors">
        <caption>Who does what</caption>
        <tbody>
          {now.actors.slice(0, MOST_ACTORS).map((actor) => {
            const wait = all_waits.find((each) => each.actor === actor);
            return (
              <tr class={`actor ${actor.doing}${actor.actor === now.event?.actor ? " acted" : ""}`}>
                <th scope="row">{shape_of(actor)} {name_of(actor.actor)}</th>
                <td>
                  {doing_in_words(run, actor)}
                  {wait && <span class="why"> {why(run, wait)}</span>}
                  {actor.doing === "dead" && <span class="why"> {actor.how}</span>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {now.actors.length > MOST_ACTORS && <p>… and {now.actors.length - MOST_ACTORS} more workers</p>}
      <Ledger run={run} now={now} is_over={is_over} />
      <WaitGraph run={run} now={now} waits={all_waits} />
      <Source run={run} now={now} sources={props.sources} />
      {run.left_out > 0 && <p>The page has no room for the last {run.left_out} events of this run.</p>}
    </section>
  );
}

function shape_of(actor: ActorState): string {
  return { absent: "·", runs: "▷", works: "▶", waits: "▮▮", joins: "▮▮", left: "○", dead: "✖" }[actor.doing];
}

function Tube({ queue: { queue, items } }: { queue: QueueState }) {
  const shown = items.slice(0, MOST_ITEMS);
  return (
    <div class="tube">
      <span class="tube-name">
        {queue.name} <b>{items.length}</b>{queue.capacity > 0 && ` of ${queue.capacity}`}
      </span>
      <ol aria-label={`in ${queue.name}`}>
        {shown.map((item) => <li>{item_in_words(queue.role, item.task, item.text)}</li>)}
        {items.length > shown.length && <li class="rest">+ {items.length - shown.length}</li>}
      </ol>
    </div>
  );
}

function item_in_words(role: string, task: number, text: string): string {
  if (role === "input") return task === NONE ? "pill" : `${task}`;
  if (role === "stop") return "stop";
  if (role === "error") return text ? `! ${text.replace("std::", "")}` : "error";
  if (text === "announces") return task === NONE ? "! an end" : `! ${task}`;
  if (text === "leaves") return "leaves";
  return task === NONE ? "item" : `${task} ✓`;
}

// At the end stands what the run itself says, which also knows what no event tells.
function Ledger({ run, now, is_over }: { run: Run; now: State; is_over: boolean }) {
  const counts: [string, number][] = is_over && run.left_out === 0 ? run.end.ledger : ledger(now);
  const total = Math.max(1, run.tasks);
  let x = 0;
  return (
    <p class="ledger">
      <svg viewBox="0 0 480 18" class="ledger-bar" aria-hidden="true">
        {counts.map(([fate, count]) => {
          const width = (480 * count) / total;
          x += width;
          return <rect class={`part-${fate.replace(/ /g, "_")}`} x={x - width} y="1" width={width} height="16" />;
        })}
      </svg>{" "}
      <span>{counts.map(([fate, count]) => `${count} ${fate}`).join(", ")}</span>
    </p>
  );
}
