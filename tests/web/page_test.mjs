// The report in a browser: node page_test.mjs PAGE WORKBENCH PACKAGE_DIRECTORY [PICTURES]
// One browser for all; each check is a promise, and all of them are made before it ends.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { graph as fixture } from "./graph_fixture.mjs";

const [page_file, workbench, packages, pictures] = process.argv.slice(2);
const require = createRequire(resolve(packages, "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const html = readFileSync(page_file, "utf8");
const address = pathToFileURL(resolve(page_file)).href;

const scratch = mkdtempSync(join(tmpdir(), "web-"));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
});
let failures = 0;

/** A page of which everything that it must not do is noted. */
async function open(url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10000);
  const sins = [];
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url.split("#")[0]) sins.push(`asks for ${request.url()}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error" || message.text().includes("Content Security")) sins.push(message.text());
  });
  page.on("pageerror", (error) => sins.push(String(error)));
  await page.goto(url);
  return { page, sins, close: () => context.close() };
}

async function promise(name, check) {
  const begin = Date.now();
  try {
    await check();
    console.log(`ok    ${name} (${Date.now() - begin} ms)`);
  } catch (error) {
    ++failures;
    console.log(`FAILED ${name}\n${error.stack ?? error}`);
  }
}

async function with_page(url, options, check) {
  const { page, sins, close } = await open(url, options);
  try {
    await check(page);
    assert.deepEqual(sins, []);
  } finally {
    await close();
  }
}

/** A copy of the page with this game in it. */
function page_with_game(graph) {
  const file = join(scratch, "game.html");
  const data = JSON.stringify([graph]).replaceAll("<", "\\u003c");
  const without = html.replace(/<script type="application\/json" id="games">.*?<\/script>\n/s, "");
  const at = without.lastIndexOf("<script>");
  writeFileSync(file, `${without.slice(0, at)}<script type="application/json" id="games">${data}</script>\n${without.slice(at)}`);
  return pathToFileURL(file).href;
}

const looks = [];
for (const width of [1280, 390]) for (const colorScheme of ["light", "dark"]) looks.push({ width, colorScheme });

for (const { width, colorScheme } of looks) {
  await promise(`at ${width} pixels, ${colorScheme}: nothing is cut off, axe finds nothing serious`, () =>
    with_page(address, { viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" }, async (page) => {
      await page.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "the page is too wide");
      await page.getByRole("button", { name: "Verdict", exact: true }).click();
      if (pictures) await page.screenshot({ path: `${pictures}/${width}-${colorScheme}.png` });
      const cut = await page.evaluate(() => [...document.querySelectorAll(".matrix th, .matrix td")].filter((cell) =>
        cell.getBoundingClientRect().right > document.querySelector(".matrix").getBoundingClientRect().right + 1).length);
      if (width === 1280) assert.equal(cut, 0, "a column of the matrix is cut off");
      if ((width === 1280) !== (colorScheme === "light")) return;  // axe takes seconds: each is looked at once
      await page.evaluate(axe);
      const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
      const serious = found.violations.filter((each) => ["serious", "critical"].includes(each.impact));
      assert.deepEqual(serious.map((each) => `${each.id}: ${each.nodes.length} × ${each.nodes[0].html.slice(0, 300)}`), []);
    }));
}

await promise("without JavaScript it shows matrix, runs, ledgers and timelines", () =>
  with_page(address, { javaScriptEnabled: false }, async (page) => {
    for (const what of [".matrix td a", "details.run", "svg.timeline", "svg.ledger-bar"]) {
      assert.ok((await page.locator(what).count()) > 0, what);
    }
    assert.equal(await page.locator("#the-replay").count(), 0);
  }));

await promise("nothing of a hostile scenario is run", () =>
  with_page(address, {}, async (page) => assert.equal(await page.evaluate(() => window.harmed), undefined)));

await promise("no id is there twice, and every link leads somewhere", () =>
  with_page(address, {}, async (page) => {
    const [twice, dead] = await page.evaluate(() => {
      const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
      const links = [...document.querySelectorAll("a[href]")].map((each) => each.getAttribute("href"));
      return [ids.filter((id, i) => ids.indexOf(id) !== i),
        links.filter((href) => !href.startsWith("#") || !document.getElementById(decodeURIComponent(href.slice(1))))];
    });
    assert.deepEqual([twice, dead], [[], []]);
  }));

await promise("every drawing is well-formed XML", () =>
  with_page(address, {}, async (page) => {
    const drawings = html.match(/<svg.*?<\/svg>/gs).map((svg) =>
      svg.includes("xmlns=") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"'));
    const wrong = await page.evaluate((all) => all.filter((svg) =>
      new DOMParser().parseFromString(svg, "image/svg+xml").querySelector("parsererror")), drawings);
    assert.deepEqual(wrong.map((svg) => svg.slice(0, 300)), []);
  }));

await promise("the matrix is filtered by subject, runtime and verdict", () =>
  with_page(address, {}, async (page) => {
    const shown = () => page.locator(".matrix td[data-verdict]:visible:not(.aside)").count();
    const all = await shown();
    await page.locator(".filter").getByLabel("subject").selectOption("naive");
    const of_naive = await shown();
    await page.locator(".filter").getByLabel("verdict").selectOption("hang");
    const hangs = await shown();
    await page.locator(".filter").getByLabel("runtime").selectOption("threads");
    const on_threads = await shown();
    assert.ok(all > of_naive && of_naive > hangs && hangs > on_threads && on_threads > 0, `${[all, of_naive, hangs, on_threads]}`);
    assert.equal(await page.locator(".filter output").textContent(), `${on_threads} runs`);
  }));

await promise("a cell leads to the page of its run, by keyboard, and back", () =>
  with_page(address, {}, async (page) => {
    await page.locator('.matrix a[href="#one-task-throws.naive.threads"]').focus();
    await page.keyboard.press("Enter");
    const run = page.locator('[id="one-task-throws.naive.threads"]');
    await run.locator(".first-cause").waitFor();
    assert.match(await run.locator(".first-cause").textContent(), /task 3 throws/);
    assert.equal(await page.locator("details.run:visible").count(), 1);
    assert.equal(await page.locator(".matrix:visible").count(), 0);
    assert.ok(await page.evaluate(() => document.activeElement.closest("details.run") !== null));
    await run.getByRole("link", { name: "All runs" }).press("Enter");
    await page.locator(".matrix").waitFor();
    assert.ok((await page.locator("details.run").count()) > 1);
  }));

await promise("a replay goes on and back by keyboard, says what happens, and ends with the verdicts", () =>
  with_page(address, {}, async (page) => {
    const replay = page.locator(".replay");
    const step = replay.getByRole("button", { name: "Step", exact: true });
    const pools = () => replay.locator(".pools").innerText();
    const first = await pools();
    await step.focus();
    const seen = [first];
    for (let i = 0; i < 12; ++i) {
      await page.keyboard.press("Enter");
      seen.push(await pools());
    }
    assert.equal(new Set(seen).size, seen.length, "a step that shows nothing new");
    for (let i = 11; i >= 0; --i) {
      await page.keyboard.press("ArrowLeft");
      assert.equal(await pools(), seen[i]);
    }
    await replay.getByRole("button", { name: "Next throw" }).click();
    assert.match(await replay.getByRole("status").last().innerText(), /naive: The action of worker-\d on task 3 throws[^]*reactor-keep-going: The action of worker-\d on task 3 throws/);
    await page.keyboard.press("End");
    const naive = replay.getByRole("region", { name: "naive", exact: true });
    assert.match(await naive.innerText(), /hang: orphaned-wait \(proved\)[^]*caller[^]*waits for result_queue[^]*nobody is left/);
    assert.match(await naive.locator(".source .acted, .source .seen").allInnerTexts().then((all) => all.join("\n")), /result_queue\.pop\(\)[^]*caller/);
    assert.equal(await naive.locator(".wait.never").count(), 2);
    assert.match(await replay.getByRole("region", { name: "reactor-keep-going", exact: true }).innerText(), /reported[^]*4 ok, 1 failed/);
    await replay.getByRole("slider").fill("3");
    assert.equal(await pools(), seen[3]);
  }));

await promise("predict mode asks before it shows, and counts what was right", () =>
  with_page(address, {}, async (page) => {
    const replay = page.locator(".replay");
    await replay.getByRole("checkbox").check();
    const right = /It dies|Nobody any more|It waits for ever|It tells the caller, and goes on|It returns, and is told what failed|^3$|^3, 4$/;
    let asked = 0;
    for (;;) {
      await page.locator(".replay .controls").getByRole("button", { name: "Start" }).focus().catch(() => {});
      await replay.locator("input[type=range]").press("End");
      const question = replay.locator("fieldset");
      if ((await question.count()) === 0) break;
      const options = question.getByRole("button");
      const texts = await options.allInnerTexts();
      await options.nth(asked === 0 ? texts.findIndex((each) => !right.test(each)) : Math.max(0, texts.findIndex((each) => right.test(each)))).click();
      ++asked;
      if (asked === 1) assert.match(await replay.locator(".score").innerText(), /0 of 1 right[^]*✗ No/);
      assert.ok(asked < 20);
    }
    assert.ok(asked >= 6, `${asked} questions`);
    assert.match(await replay.locator(".score").innerText(), new RegExp(`of ${asked} right, 0 to come`));
  }));

/** Plays every way from the start to its end by clicks, with undo, and returns the ends. */
async function play_all(page, graph) {
  const game = page.locator(".game");
  await game.waitFor();
  return page.evaluate(async (graph) => {
    const root = document.querySelector(".game");
    const button = (name) => [...root.querySelectorAll("button")].find((each) => each.textContent.trim() === name);
    const channel = new MessageChannel();  // a timer would wait for milliseconds each time
    const settled = () => new Promise((done) => {
      channel.port1.onmessage = done;
      channel.port2.postMessage(0);
    });
    const ends = [];
    const visited = new Set();
    const visit = async (node) => {
      const { choices = [], leaf } = graph.nodes[node];
      if (leaf) {
        ends.push({ node, verdict: root.querySelector(".end .end-verdict")?.textContent, schedule: root.querySelector(".end .schedule")?.textContent });
      }
      for (let i = 0; i < choices.length; ++i) {
        const [, to] = choices[i];
        if (visited.has(to)) continue;
        visited.add(to);
        root.querySelectorAll("fieldset button")[i].click();
        await settled();
        await visit(to);
        button("Undo").click();
        await settled();
      }
    };
    await visit(0);
    return { ends, found: root.querySelector(".found").textContent };
  }, graph);
}

async function plays(url, graph) {
  await with_page(url, {}, async (page) => {
    if ((await page.locator(".game select option").count()) > 1) {
      await page.locator(".game select").first().selectOption(`${graph.subject} in ${graph.scenario}`);
    }
    const { ends, found } = await play_all(page, graph);
    const leaves = graph.nodes.map((node, i) => ({ node: i, ...node.leaf })).filter((each) => each.verdict);
    assert.equal(leaves.length, graph.classes);
    assert.deepEqual(
      ends.sort((a, b) => a.node - b.node),
      leaves.map((leaf) => ({ node: leaf.node, schedule: leaf.schedule,
        verdict: leaf.hang ? `${leaf.verdict}: ${leaf.hang}` : leaf.verdict })));
    assert.match(found, new RegExp(`^${graph.classes} of ${graph.classes} `));
  });
}

await promise("the game: every end of a graph is reached by clicks, and counted", () => plays(page_with_game(fixture), fixture));

const games = JSON.parse(/<script type="application\/json" id="games">(.*?)<\/script>/s.exec(html)?.[1] ?? "[]");
for (const graph of games) {
  await promise(`the game of ${graph.subject}: every class of schedules is reached, with the explorer's verdict`, () => plays(address, graph));
}
const published = games.find((each) => each.subject === "published-reactor");
if (published) {
  await promise("each schedule of the game replays to the verdict that the game shows", () => {
    for (const { leaf } of published.nodes) {
      if (!leaf) continue;
      const command = `${published.command.replace(/^workbench/, '"$0"')} --schedule '${leaf.schedule}' --json`;
      let out;
      try {
        out = execFileSync("/bin/sh", ["-c", command, workbench], { stdio: ["ignore", "pipe", "ignore"] });
      } catch (error) {
        out = error.stdout; // an exit code says that it hangs
      }
      const { verdict, hang } = JSON.parse(out);
      assert.deepEqual([verdict, hang?.kind], [leaf.verdict, leaf.hang], leaf.schedule);
    }
  });
}

await promise("printed, every fold is open and nothing scrolls", () =>
  with_page(address, {}, async (page) => {
    await page.emulateMedia({ media: "print" });
    const hidden = await page.evaluate(() => [...document.querySelectorAll("details.run > pre, details.run .lines, details.when > figure")]
      .filter((each) => each.getClientRects().length === 0).length);
    assert.equal(hidden, 0);
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".matrix")).overflowX), "visible");
  }));

if (pictures) {
  await promise("a run of 500 tasks: figures", () =>
    with_page(address, {}, async (page) => {
      const opened = await page.evaluate(() => performance.getEntriesByType("navigation")[0].domComplete);
      await page.locator(".replay").getByLabel("scenario").selectOption("crowd");
      const frames = await page.evaluate(async () => {
        const slider = document.querySelector(".replay input[type=range]");
        const times = [];
        let last = await new Promise(requestAnimationFrame);
        for (let i = 0; i < 300; ++i) {
          slider.value = String(Math.floor((Number(slider.max) * i) / 300));
          slider.dispatchEvent(new Event("input", { bubbles: true }));
          const now = await new Promise(requestAnimationFrame);
          times.push(now - last);
          last = now;
        }
        return times.sort((a, b) => a - b);
      });
      console.log(`opened in ${opened.toFixed(0)} ms; ms a frame: median ${frames[150].toFixed(1)}, 95 %: ${frames[285].toFixed(1)}`);
    }));
}

await browser.close();
rmSync(scratch, { recursive: true });
process.exitCode = failures === 0 ? 0 : 1;
