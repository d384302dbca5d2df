// One run at a time: the address `#scenario.subject.runtime` shows the page of that run alone.

/** `replayable`: the ids of the runs that can be replayed. */
export function follow_the_address(replayable: Set<string>) {
  for (const run of document.querySelectorAll<HTMLDetailsElement>("details.run")) {
    run.querySelector("summary")?.after(links_of(run, replayable.has(run.id)));
  }
  window.addEventListener("hashchange", () => show(true));
  show(false);
}

function link(href: string, text: string): HTMLAnchorElement {
  const made = document.createElement("a");
  made.href = href;
  made.textContent = text;
  return made;
}

// The way back, to a replay, and to the other runs of the scenario.
function links_of(run: HTMLDetailsElement, can_be_replayed: boolean): HTMLElement {
  const nav = document.createElement("nav");
  nav.className = "run-nav";
  nav.setAttribute("aria-label", `From ${run.id}`);
  nav.append(link("#the-matrix", "All runs"));
  if (can_be_replayed) {
    const replay = link("#the-replay", "Replay it");
    replay.addEventListener("click", () => {
      window.dispatchEvent(new CustomEvent("replay", { detail: run.id }));
    });
    nav.append(" ", replay);
  }
  for (const other of run.parentElement?.querySelectorAll<HTMLDetailsElement>("details.run") ?? []) {
    if (other === run) continue;
    nav.append(" ", link(`#${encodeURIComponent(other.id)}`, other.querySelector("summary")?.textContent ?? other.id));
  }
  return nav;
}

function show(move: boolean) {
  for (const each of document.querySelectorAll(".current")) each.classList.remove("current");
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const run = target instanceof HTMLDetailsElement && target.classList.contains("run") ? target : undefined;
  document.body.classList.toggle("one-run", run !== undefined);
  if (run) {
    run.classList.add("current");
    run.parentElement?.classList.add("current");
    run.open = true;
    for (const when of run.parentElement?.querySelectorAll<HTMLDetailsElement>("details.when") ?? []) {
      when.open = when.dataset["runtime"] === run.dataset["runtime"];
    }
    run.querySelector("summary")?.focus({ preventScroll: true });
  }
  if (run || move) (run?.parentElement ?? target)?.scrollIntoView();
}
