// Controls that the parts of the page share.
import type { ComponentChildren } from "preact";

/** The first of the values of a Choice, if that has no `all={false}`. */
export const ALL = "all";

/** A button that keeps the focus when there is nothing to press it for: it is `off`, not gone. */
export function Button(props: { go: () => void; off?: boolean; children: ComponentChildren }) {
  const off = props.off ?? false;
  return (
    <button type="button" aria-disabled={off} onClick={() => off || props.go()}>{props.children}</button>
  );
}

export function Choice(props: { label: string; value: string; values: string[]; all?: boolean;
                                set: (value: string) => void }) {
  const values = props.all === false ? props.values : [ALL, ...props.values];
  return (
    <label>
      {props.label}{" "}
      <select value={props.value} onChange={(event) => props.set(event.currentTarget.value)}>
        {values.map((each) => <option value={each}>{each}</option>)}
      </select>
    </label>
  );
}
