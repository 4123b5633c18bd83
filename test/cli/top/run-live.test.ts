import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import type { CliIo } from '../../../src/cli/io.js';
import { runLive } from '../../../src/cli/top/run-live.js';
import { initialState } from '../../../src/cli/top/state/model.js';
import { createStore } from '../../../src/cli/top/state/store.js';
import { PLACE } from './sale-in-progress.js';

/** As far as Ink and the screen ask; no keys. */
function createScreen(): CliIo {
  const stream = () => Object.assign(new PassThrough(), { isTTY: false, columns: 90, rows: 30 });
  return { stdout: stream(), stderr: stream(), stdin: stream(), env: {}, cwd: '/' } as unknown as CliIo;
}

it('ends at once when what it is to watch was over before it was loaded', async () => {
  const over = new AbortController();
  over.abort();
  let stopped = 0;
  const code = await runLive({
    io: createScreen(),
    store: createStore(initialState({ now: 0 })),
    collector: {
      start: () => undefined,
      firstRound: () => Promise.resolve(),
      stop: () => Promise.resolve(void (stopped += 1)),
    },
    details: { start: () => undefined, stop: () => undefined },
    commands: { run: () => undefined, settled: () => Promise.resolve() },
    place: PLACE,
    now: () => 0,
    until: over.signal,
  });
  expect(code).toBe(0);
  expect(stopped).toBe(1);
}, 10_000);
