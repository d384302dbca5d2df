// The usual pool of worker_threads, after the examples in Node's documentation: a free worker is
// sent a task and answers with its result. An 'error' rejects the promise of the task, and so does
// an exit code that is not 0.
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import {
  action, failed, result, returned, scenario, tasks,
} from '../helpers/workbench_subject.mjs';

class Pool {
  workers = new Set();
  free = [];
  waiting = [];

  constructor(parallelism) {
    for (let i = 0; i < parallelism; ++i) this.add();
  }

  add() {
    const worker = new Worker(new URL(import.meta.url));
    worker.on('message', (value) => { worker.resolve(value); this.next(worker); });
    worker.on('error', (thrown) => {
      worker.reject?.(thrown);
      this.workers.delete(worker);
      this.add();
    });
    worker.on('exit', (code) => {
      if (code !== 0) worker.reject?.(new Error(`exit code ${code}`));
    });
    this.workers.add(worker);
    this.next(worker);
  }

  run(task) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ task, resolve, reject });
      if (this.free.length > 0) this.next(this.free.pop());
    });
  }

  next(worker) {
    if (this.waiting.length === 0) return this.free.push(worker);
    const { task, resolve, reject } = this.waiting.shift();
    Object.assign(worker, { resolve, reject });
    worker.postMessage(task);
  }

  close() { return Promise.all([...this.workers].map((worker) => worker.terminate())); }
}

if (isMainThread) {
  const pool = new Pool(scenario.workers);
  await Promise.all(tasks().map((task) =>
    pool.run(task).then((value) => result(task, value), (thrown) => failed(task, thrown))));
  await pool.close();
  returned();
} else {
  parentPort.on('message', (task) => parentPort.postMessage(action(task)));
}
