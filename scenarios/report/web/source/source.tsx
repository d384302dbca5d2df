// The source of the pool, with the actors at the lines of the last call that they made.
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { State } from "./state";
import { is_gone, is_waiting } from "./waits";
import { name_of, type Run } from "./trace";

const AROUND = 2; // lines that are shown before and after each that is needed

interface Line { number: number; text: string }
interface Part { file: string; lines: (Line | undefined)[] } // undefined: some are left out

// The lines that a run comes to, with those around them.
function part_of(run: Run, sources: { [file: string]: string }): Part | undefined {
  const needed = new Map<string, Set<number>>();
  for (const event of run.events) {
    const colon = event.place.lastIndexOf(":");
    if (colon < 0) continue;
    const file = event.place.slice(0, colon);
    needed.set(file, (needed.get(file) ?? new Set()).add(Number(event.place.slice(colon + 1))));
  }
  const file = [...needed.keys()].find((each) => sources[each] !== undefined);
  if (!file) return undefined;
  const is_needed = (number: number) => [...needed.get(file)!].some((each) => Math.abs(each - number) <= AROUND);
  const lines: (Line | undefined)[] = [];
  sources[file]!.split("\n").forEach((text, i) => {
    if (is_needed(i + 1)) lines.push({ number: i + 1, text });
    else if (is_needed(i)) lines.push(undefined);
  });
  return { file, lines };
}

export function Source(props: { run: Run; now: State; sources: { [file: string]: string } }) {
  const { run, now } = props;
  const part = useMemo(() => part_of(run, props.sources), [run]);
  const box = useRef<HTMLDivElement>(null);
  // The one that has just done something; at the end, one that still waits.
  const acted = (now.actors.find((actor) => actor.actor === now.event?.actor) ?? now.actors.find(is_waiting))?.place;
  useEffect(() => {
    const line = box.current?.querySelector<HTMLElement>(".acted");
    if (box.current && line) box.current.scrollTop = line.offsetTop - box.current.clientHeight / 2;
  }, [acted]);
  if (!part) return null;
  return (
    <figure class="source-figure">
      <figcaption>{part.file}: where each was last seen at a queue or a join</figcaption>
      <div class="source" ref={box} tabIndex={0} role="region" aria-label={`${part.file}, ${run.subject}`}>
        {part.lines.map((line) => {
          if (!line) return <div class="line"><span class="number">⋮</span></div>;
          const place = `${part.file}:${line.number}`;
          const there = now.actors.filter((actor) => actor.place === place);
          const style = `line${there.length > 0 ? " seen" : ""}${place === acted ? " acted" : ""}`;
          return (
            <div class={style}>
              <span class="number">{line.number}</span>
              <code>{line.text || " "}</code>
              {there.length > 0 && <span class="there">
                {there.length > 4 ? `${there.length} actors`
                  : there.map((actor) => name_of(actor.actor) + (actor.doing === "dead" ? " †" : is_gone(actor) ? " ○" : "")).join(", ")}
              </span>}
            </div>
          );
        })}
      </div>
    </figure>
  );
}
