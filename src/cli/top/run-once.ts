/** `top --once`, and `top` without a terminal: one measurement as text or JSON. */
import { ERROR_CODES, EXIT } from '../../core/errors.js';
import type { Output } from '../output/output.js';
import type { Collector } from './collector.js';
import { plainFrame } from './format/plain-frame.js';
import type { Place } from './place.js';
import { toSnapshot, type TopSnapshot } from './state/snapshot.js';
import type { TopStore } from './state/store.js';

export interface OnceOptions {
  readonly output: Output;
  readonly store: TopStore;
  readonly collector: Collector;
  readonly ascii: boolean;
  readonly now: () => number;
  readonly place: Place;
}

/** @returns 0, or that of the first source that fails (5 when it is away); what the others said is printed all the same */
export async function runOnce({ output, store, collector, ascii, now, place }: OnceOptions): Promise<number> {
  try {
    await collector.firstRound();
    const snapshot = toSnapshot(store.getState().data, now(), place.commandIn);
    if (output.json) output.data(snapshot);
    else for (const line of plainFrame(snapshot, { ascii })) output.line(line);
    return exitCodeOf(snapshot);
  } finally {
    await collector.stop();
  }
}

/** 0, or that of the first source that fails: 5 when it is away. */
export function exitCodeOf({ sources }: TopSnapshot): number {
  const failure = Object.values(sources).find((source) => source.code !== null);
  return failure?.code ? ERROR_CODES[failure.code].exitCode : EXIT.ok;
}
