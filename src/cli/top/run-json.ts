/** `top --json`: one line a measurement, until the reader, a signal or a number of lines ends it. */
import { EXIT } from '../../core/errors.js';
import type { Output } from '../output/output.js';
import type { Collector } from './collector.js';
import type { Place } from './place.js';
import { exitCodeOf } from './run-once.js';
import { toSnapshot } from './state/snapshot.js';
import type { TopStore } from './state/store.js';

export interface JsonOptions {
  readonly output: Output;
  readonly store: TopStore;
  readonly collector: Collector;
  readonly now: () => number;
  /** Lines after which it ends by itself; undefined: never. */
  readonly count: number | undefined;
  readonly place: Place;
}

/** @returns 130 or 143, by the signal that ended it; after `count` lines that of the last one, as for one frame */
export async function runJson({ output, store, collector, now, count, place }: JsonOptions): Promise<number> {
  let ended = false;
  let end: (exitCode: number) => void = () => undefined;
  const ending = new Promise<number>((resolve) => {
    end = (exitCode) => {
      ended = true;
      resolve(exitCode);
    };
  });
  const onInterrupt = () => end(EXIT.interrupted);
  const onTerminate = () => end(EXIT.terminated);
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);

  let lines = 0;
  function print(): void {
    if (ended) return;
    const snapshot = toSnapshot(store.getState().data, now(), place.commandIn);
    output.data(snapshot);
    lines += 1;
    if (lines === count) end(exitCodeOf(snapshot));
  }

  let printing: NodeJS.Timeout | undefined;
  try {
    await Promise.race([collector.firstRound(), ending]);
    print();
    if (!ended) collector.start();
    printing = setInterval(print, store.getState().view.intervalMs);
    return await ending;
  } finally {
    clearInterval(printing);
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
    await collector.stop();
  }
}
