/** Loaded into a process before it begins (`--require`): notes every few seconds what its heap holds after a collection. */
const { appendFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const EVERY_MS = 5_000;
const file = process.env.HEAP_REPORT;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
setInterval(() => {
  collect();
  appendFileSync(file, `${process.memoryUsage().heapUsed}\n`);
}, EVERY_MS).unref();
