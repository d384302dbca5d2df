// Predict mode: the replay stops before marked steps and asks; the trace answers.
import { useMemo, useState } from "preact/hooks";
import { Button } from "./controls";
import type { Lockstep } from "./lockstep";
import { questions, type Question } from "./questions";
import type { Run } from "./trace";

interface Asked extends Question {
  subject: string;
  stop: number; // the step of the replay in which it is asked
}

export interface Predictions {
  on: boolean;
  switch_on: (on: boolean) => void;
  /** The next question that has no answer yet, in this step. */
  open: (step: number) => Asked | undefined;
  /** The first step from `from` on, and before `to`, in which something is asked. */
  first_stop: (from: number, to: number) => number | undefined;
  answer: (question: Asked, option: number) => void;
  last: { question: Asked; option: number } | undefined;
  right: number;
  asked: number;
  total: number;
}

export function use_predictions(pair: Run[], steps: Lockstep): Predictions {
  const [on, switch_on] = useState(false);
  const [answers, set_answers] = useState<Map<Asked, number>>(new Map());
  const [last, set_last] = useState<{ question: Asked; option: number } | undefined>();
  const all = useMemo(() => pair.flatMap((run, i) => questions(run).map((each): Asked => (
    { ...each, subject: run.subject, stop: steps.first(i, each.step) }
  ))), [pair, steps]);
  const open = all.filter((each) => !answers.has(each));
  return {
    on, switch_on, last, total: all.length,
    open: (step) => (on ? open.find((each) => each.stop === step) : undefined),
    first_stop: (from, to) => {
      const stops = on ? open.map((each) => each.stop).filter((stop) => stop >= from && stop < to) : [];
      return stops.length > 0 ? Math.min(...stops) : undefined;
    },
    answer: (question, option) => {
      set_answers(new Map(answers).set(question, option));
      set_last({ question, option });
    },
    right: all.filter((each) => answers.get(each) === each.answer).length,
    asked: all.length - open.length,
  };
}

export function Predict(props: { predictions: Predictions; step: number; go_on: () => void }) {
  const { predictions, step, go_on } = props;
  const question = predictions.open(step);
  const last = predictions.last;
  return (
    <div class="predict">
      <label>
        <input type="checkbox" checked={predictions.on}
          onChange={(event) => predictions.switch_on(event.currentTarget.checked)} />{" "}
        Ask me before it happens
      </label>
      {predictions.on && (
        <p class="score" role="status">
          {predictions.right} of {predictions.asked} right, {predictions.total - predictions.asked} to come.
          {last?.question.stop === step && (
            <span class="verdict-on-answer">
              {" "}{last.option === last.question.answer ? "✓ Right." : "✗ No."}{" "}
              {last.question.options[last.question.answer]}. {last.question.because}
            </span>
          )}
        </p>
      )}
      {question && (
        <fieldset>
          <legend>{question.subject}: {question.ask}</legend>
          {question.options.map((option, i) => (
            <Button go={() => predictions.answer(question, i)}>{option}</Button>
          ))}
        </fieldset>
      )}
      {predictions.on && !question && last?.question.stop === step && (
        <Button go={go_on}>Go on</Button>
      )}
    </div>
  );
}
