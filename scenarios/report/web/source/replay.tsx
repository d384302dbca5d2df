// The replay: two runs of one fault beside each other, step by step.
import { useEffect, useMemo, useState } from "preact/hooks";
import { Button, Choice } from "./controls";
import { lockstep } from "./lockstep";
import { in_words, step_of_cause, steps_of, type Moment } from "./moments";
import { Pool } from "./pool";
import { Predict, use_predictions } from "./predict";
import type { Run } from "./trace";

interface Chosen { scenario: string; runtime: string; left: string; right: string }

const MOMENTS: [Moment, string][] = [
  ["block", "Next block"], ["throw", "Next throw"], ["death", "Next death"], ["verdict", "Verdict"],
];

const distinct = (words: string[]) => [...new Set(words)];

// As near to what was wanted as there are runs: naive beside a reactor, if they are there.
function fitting(runs: Run[], wanted: Partial<Chosen>): Chosen {
  const scenarios = distinct(runs.map((run) => run.scenario));
  const scenario = scenarios.find((each) => each === (wanted.scenario ?? "one-task-throws")) ?? scenarios[0]!;
  const of_scenario = runs.filter((run) => run.scenario === scenario);
  const runtimes = distinct(of_scenario.map((run) => run.runtime));
  const runtime = runtimes.find((each) => each === wanted.runtime) ?? runtimes[0]!;
  const subjects = of_scenario.filter((run) => run.runtime === runtime).map((run) => run.subject);
  const left = subjects.find((each) => each === (wanted.left ?? "naive")) ?? subjects[0]!;
  const others = subjects.filter((each) => each !== left);
  const right = others.find((each) => each === wanted.right) ?? others.find((each) => each.startsWith("reactor"))
    ?? others[0] ?? left;
  return { scenario, runtime, left, right };
}

export function Replay({ runs, sources }: { runs: Run[]; sources: { [file: string]: string } }) {
  const [chosen, set_chosen] = useState(() => fitting(runs, {}));
  const [step, set_step] = useState(0);
  const [playing, set_playing] = useState(false);
  const [speed, set_speed] = useState(2);

  const pair = useMemo(() => {
    const find = (subject: string) => runs.find((run) =>
      run.scenario === chosen.scenario && run.runtime === chosen.runtime && run.subject === subject)!;
    return chosen.left === chosen.right ? [find(chosen.left)] : [find(chosen.left), find(chosen.right)];
  }, [chosen]);
  const steps = useMemo(
    () => lockstep(pair.map((run) => ({ cause: step_of_cause(run), length: run.events.length }))), [pair]);
  const moments = useMemo(() => Object.fromEntries(MOMENTS.map(([moment]) => [moment,
    pair.flatMap((run, i) => steps_of(run, moment).map((events) => steps.first(i, events)))])) as Record<Moment, number[]>,
    [steps]);
  const predictions = use_predictions(pair, steps);

  const choose = (wanted: Partial<Chosen>) => {
    set_chosen(fitting(runs, { ...chosen, ...wanted }));
    set_step(0);
    set_playing(false);
  };
  useEffect(() => {
    const on_replay = (event: globalThis.Event) => {
      const run = runs.find((each) => each.id === (event as CustomEvent<string>).detail);
      if (!run) return;
      choose({ scenario: run.scenario, runtime: run.runtime, left: "naive", right: run.subject });
    };
    window.addEventListener("replay", on_replay);
    return () => window.removeEventListener("replay", on_replay);
  });

  // In predict mode the page first asks what there is to ask on the way.
  const go = (to: number) => {
    const wanted = Math.max(0, Math.min(steps.length, to));
    const stop = predictions.first_stop(step, wanted);
    set_step(stop ?? wanted);
    if (stop !== undefined || wanted === steps.length) set_playing(false);
  };
  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(() => go(step + 1), 1000 / speed);
    return () => clearTimeout(timer);
  });

  const ahead = (moment: Moment) => moments[moment].filter((each) => each > step);
  const jump = (moment: Moment) => go(ahead(moment).reduce((a, b) => Math.min(a, b)));
  const on_key = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
    const to = { ArrowRight: step + 1, ArrowLeft: step - 1, Home: 0, End: steps.length }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  };

  const events = steps.at(step);
  const of_scenario = runs.filter((run) => run.scenario === chosen.scenario);
  const subjects = of_scenario.filter((run) => run.runtime === chosen.runtime).map((run) => run.subject);
  return (
    <div class="replay" onKeyDown={on_key}>
      <h2>Replay</h2>
      <p>
        What really happened, event by event: both pools under one fault, in lock step. They are at the first
        cause in the same step. The keys ← → Home End work, too.
      </p>
      <div class="choices">
        <Choice label="scenario" all={false} value={chosen.scenario} values={distinct(runs.map((run) => run.scenario))}
          set={(scenario) => choose({ scenario })} />
        <Choice label="runtime" all={false} value={chosen.runtime} values={distinct(of_scenario.map((run) => run.runtime))}
          set={(runtime) => choose({ runtime })} />
        <Choice label="left" all={false} value={chosen.left} values={subjects} set={(left) => choose({ left })} />
        <Choice label="right" all={false} value={chosen.right} values={subjects} set={(right) => choose({ right })} />
      </div>
      <div class="controls">
        <Button go={() => go(0)} off={step === 0}>Start</Button>
        <Button go={() => go(step - 1)} off={step === 0}>Step back</Button>
        <Button go={() => set_playing(!playing)} off={step === steps.length}>{playing ? "Pause" : "Play"}</Button>
        <Button go={() => go(step + 1)} off={step === steps.length}>Step</Button>
        {MOMENTS.map(([moment, words]) => (
          <Button go={() => jump(moment)} off={ahead(moment).length === 0}>{words}</Button>
        ))}
        <Choice label="speed" all={false} value={`${speed}`} values={["1", "2", "5", "20"]}
          set={(value) => set_speed(Number(value))} />
      </div>
      <label class="scrub">
        step {step} of {steps.length}
        <input type="range" min={0} max={steps.length} value={step}
          onInput={(event) => { set_playing(false); go(Number(event.currentTarget.value)); }} />
      </label>
      <Predict predictions={predictions} step={step} go_on={() => go(step + 1)} />
      <p class="status" role="status" aria-live={playing ? "off" : "polite"}>
        {pair.map((run, i) => (
          <span><b>{run.subject}</b>: {in_words(run, run.events[events[i]! - 1])} </span>
        ))}
      </p>
      <div class="pools">
        {pair.map((run, i) => <Pool key={run.id} run={run} step={events[i]!} sources={sources} />)}
      </div>
    </div>
  );
}
