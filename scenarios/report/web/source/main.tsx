// The one script of the report. Without it the page shows all of it, too; with it the reader
// filters, goes from run to run, replays what was recorded, and plays the scheduler.
import { render } from "preact";
import { Filter } from "./filter";
import { Game } from "./game/game";
import type { Graph } from "./game/graph";
import { follow_the_address } from "./pages";
import { Replay } from "./replay";
import { unpacked, type Recorded } from "./trace";

function data<T>(id: string): T | undefined {
  const text = document.getElementById(id)?.textContent;
  return text ? (JSON.parse(text) as T) : undefined;
}

/** A new section before `next`, and a link to it. */
function section(id: string, title: string, next: Element | null): HTMLElement {
  const made = document.createElement("section");
  made.id = id;
  next?.before(made);
  const link = document.createElement("a");
  link.href = `#${id}`;
  link.textContent = title;
  document.getElementById("page-nav")?.append(" ", link);
  return made;
}

const matrix = document.querySelector(".matrix");
if (matrix) {
  const filter = document.createElement("div");
  matrix.before(filter);
  render(<Filter matrix={matrix} />, filter);
}

const after = document.getElementById("the-architectures");
const recorded = data<Recorded>("replay-data");
const runs = recorded ? unpacked(recorded) : [];
if (recorded && runs.length > 0) {
  render(<Replay runs={runs} sources={recorded.sources} />, section("the-replay", "Replay", after));
}

const games = data<Graph[]>("games") ?? [];
if (games.length > 0) {
  render(<Game graphs={games} />, section("the-game", "You are the scheduler", after));
}

follow_the_address(new Set(runs.map((run) => run.id)));
