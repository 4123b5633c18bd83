/** `top --json`: one line a measurement, until the reader or a signal ends it. */
import { EXIT } from '../../core/errors.js';
import type { Output } from '../output/output.js';
import type { Collector } from './collector.js';
import type { Place } from './place.js';
import { toSnapshot } from './state/snapshot.js';
import type { TopStore } from './state/store.js';

export interface JsonOptions {
  readonly output: Output;
  readonly store: TopStore;
  readonly collector: Collector;
  readonly now: () => number;
  readonly place: Place;
}

/** @returns 130 or 143, by the signal that ended it */
export async function runJson({ output, store, collector, now, place }: JsonOptions): Promise<number> {
  let end: (exitCode: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  const onInterrupt = () => end(EXIT.interrupted);
  const onTerminate = () => end(EXIT.terminated);
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  const print = () => output.data(toSnapshot(store.getState().data, now(), place.commandIn));
  let printing: NodeJS.Timeout | undefined;
  try {
    await Promise.race([collector.firstRound(), ended]);
    print();
    collector.start();
    printing = setInterval(print, store.getState().view.intervalMs);
    return await ended;
  } finally {
    clearInterval(printing);
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
    await collector.stop();
  }
}
