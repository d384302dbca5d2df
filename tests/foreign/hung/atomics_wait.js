// The main thread waits for a word of memory that its worker should change. The worker fails
// instead, and the event that says so is delivered only to a main thread that does not wait.
const { Worker } = require('worker_threads');

const ready = new Int32Array(new SharedArrayBuffer(4));
new Worker("JSON.parse('no JSON')", { eval: true });
Atomics.wait(ready, 0, 0);
console.log('ready');
