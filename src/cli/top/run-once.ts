/** `top --once`, and `top` without a terminal: one measurement as text or JSON. */
import { EXIT } from '../../core/errors.js';
import type { Output } from '../output/output.js';
import type { Collector } from './collector.js';
import { plainFrame } from './format/plain-frame.js';
import { toSnapshot } from './state/snapshot.js';
import type { TopStore } from './state/store.js';

export interface OnceOptions {
  readonly output: Output;
  readonly store: TopStore;
  readonly collector: Collector;
  readonly ascii: boolean;
  readonly now: () => number;
}

/** @returns 0, or 5 when a source did not answer; what the others said is printed all the same */
export async function runOnce({ output, store, collector, ascii, now }: OnceOptions): Promise<number> {
  try {
    await collector.firstRound();
    const snapshot = toSnapshot(store.getState().data, now());
    if (output.json) output.data(snapshot);
    else for (const line of plainFrame(snapshot, { ascii })) output.line(line);
    const answered = Object.values(snapshot.sources).every((source) => source.state === 'answered');
    return answered ? EXIT.ok : EXIT.unreachable;
  } finally {
    await collector.stop();
  }
}
