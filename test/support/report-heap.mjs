/** Loaded into a process before it begins (`--import`): notes every few seconds what its heap holds after a collection. */
import { appendFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const EVERY_MS = 5_000;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
setInterval(() => {
  collect();
  appendFileSync(process.env.HEAP_REPORT, `${process.memoryUsage().heapUsed}\n`);
}, EVERY_MS).unref();
