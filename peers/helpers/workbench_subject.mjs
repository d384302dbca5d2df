// What a pool in JavaScript needs to be a subject of the workbench: docs/pages/subject_protocol.md
// says more. Copy this file beside the pool. It wants Node 18 or later, and no package.
//
//     for (const task of tasks()) result(task, await pool.run(task));  // run: `action` in a worker
//     returned();
// For a task that the pool calls failed: failed(task, error). If its run throws: error(thrown).
import { mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export const scenario = JSON.parse(readFileSync(process.env.WORKBENCH_SCENARIO, 'utf8'));
const account = openSync(scenario.account, 'a');
const signals = { abort: 'SIGABRT', segfault: 'SIGSEGV', kill: 'SIGKILL' };

export const tasks = () => Array.from({ length: scenario.tasks }, (_, task) => task);

/** What the workers call for each task. It is synchronous: call it in a thread or a process. */
export function action(task) {
  write({ begun: task });
  scenario.faults.forEach((fault, number) => {
    if (fault.at !== 'in-action' || (fault.task ?? task) !== task) return;
    if (!strikes(number, fault.times)) return;
    write({ struck: number, task });
    suffer(fault);
  });
  sleep(scenario.task_ms);
  const value = 4 * task + 3;
  const filler = 'x'.repeat(scenario.result_bytes - 8);
  return filler ? { value, filler } : value;
}

export const result = (task, value) => {
  write({ result: task, outcome: 'ok', value: value?.filler ? value.value : value });
};
export const failed = (task, thrown) => write({ result: task, outcome: 'failed', ...told(thrown) });
export const error = (thrown) => write(told(thrown));
export const returned = () => write({ returned: true });

const told = (thrown) => ({ error: String(thrown?.message ?? thrown), type: thrown?.name });
const write = (line) => writeSync(account, JSON.stringify(line) + '\n');  // one write a line
const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

function strikes(number, times) {
  for (let strike = 0; strike < times; ++strike) {
    try {
      mkdirSync(join(scenario.strikes, `${number}.${strike}`));
      return true;
    } catch (thrown) { if (thrown.code !== 'EEXIST') throw thrown; }
  }
  return times === null;
}

function suffer({ kind, message, code, ms }) {
  if (kind === 'throw') throw new Error(message);
  if (kind === 'throw-nonstandard') throw 42;
  if (kind === 'exit') process.exit(code);  // in a worker thread: ends the thread, not the process
  if (kind in signals) process.kill(process.pid, signals[kind]);
  if (kind in signals || kind === 'sleep-forever') sleep(36e6);  // a signal may need a moment
  while (kind === 'spin-forever');
  if (kind === 'slow') sleep(ms);
}
