// Filters of the matrix: by subject (columns), by runtime (rows) and by verdict (cells).
import { useLayoutEffect, useState } from "preact/hooks";
import { ALL, Choice } from "./controls";


export function Filter({ matrix }: { matrix: Element }) {
  const [subject, set_subject] = useState(ALL);
  const [runtime, set_runtime] = useState(ALL);
  const [verdict, set_verdict] = useState(ALL);
  const [shown, set_shown] = useState(0);
  const table = read(matrix);
  useLayoutEffect(() => set_shown(apply(table, subject, runtime, verdict)), [subject, runtime, verdict]);
  return (
    <form class="filter" onSubmit={(event) => event.preventDefault()}>
      <Choice label="subject" value={subject} values={table.subjects} set={set_subject} />
      <Choice label="runtime" value={runtime} values={table.runtimes} set={set_runtime} />
      <Choice label="verdict" value={verdict} values={table.verdicts} set={set_verdict} />
      <output aria-live="polite">{shown} runs</output>
    </form>
  );
}

interface Table {
  rows: HTMLTableRowElement[];
  heads: HTMLTableCellElement[];
  groups: HTMLTableSectionElement[];
  subjects: string[];
  runtimes: string[];
  verdicts: string[];
}

const FIRST = 2; // the columns before are the scenario and the runtime

function read(matrix: Element): Table {
  const heads = [...matrix.querySelectorAll<HTMLTableCellElement>("thead th")];
  const rows = [...matrix.querySelectorAll<HTMLTableRowElement>("tbody tr:not(.theme)")];
  const distinct = (words: (string | undefined)[]) => [...new Set(words.filter((each): each is string => !!each))];
  return {
    rows, heads,
    groups: [...matrix.querySelectorAll("tbody")],
    subjects: heads.slice(FIRST).map((each) => each.textContent ?? ""),
    runtimes: distinct(rows.map((row) => row.cells[1]?.textContent ?? "")),
    verdicts: distinct(rows.flatMap((row) => [...row.cells].map((cell) => cell.dataset["verdict"]))).sort(),
  };
}

/** Returns how many runs are still shown. */
function apply(table: Table, subject: string, runtime: string, verdict: string): number {
  let shown = 0;
  const column_is_shown = (i: number) => i < FIRST || subject === ALL || table.subjects[i - FIRST] === subject;
  table.heads.forEach((head, i) => (head.hidden = !column_is_shown(i)));
  for (const row of table.rows) {
    let count = 0;
    [...row.cells].forEach((cell, i) => {
      cell.hidden = !column_is_shown(i);
      const is_match = verdict === ALL || cell.dataset["verdict"] === verdict;
      cell.classList.toggle("aside", i >= FIRST && !is_match);
      if (i >= FIRST && !cell.hidden && cell.dataset["verdict"] && is_match) ++count;
    });
    row.hidden = count === 0 || (runtime !== ALL && row.cells[1]?.textContent !== runtime);
    if (!row.hidden) shown += count;
  }
  for (const group of table.groups) {
    group.hidden = [...group.rows].every((row) => row.hidden || row.classList.contains("theme"));
  }
  return shown;
}
