/** Measures how long a piece of work waited for stores: calls at the same moment count once. */
import type { StoreName } from '../../core/partial-answer.js';
import { hearStoreCalls, type StoreCall } from '../../core/store-calls.js';

export interface Timed<T> {
  readonly result: T;
  /** Milliseconds in which at least one store had been asked and had not answered. */
  readonly storeMs: number;
  readonly wallMs: number;
  /** The same by store; together more than `storeMs` where several were asked at once. */
  readonly byStore: Readonly<Partial<Record<StoreName, number>>>;
}

/** Listens while `work` runs; one at a time, since it hears every call of this process. */
export async function timeStores<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const calls: StoreCall[] = [];
  const stop = hearStoreCalls((call) => calls.push(call));
  const startedAt = performance.now();
  try {
    const result = await work();
    const wallMs = performance.now() - startedAt;
    const byStore: Partial<Record<StoreName, number>> = {};
    for (const store of new Set(calls.map((call) => call.store))) {
      byStore[store] = coveredMs(calls.filter((call) => call.store === store));
    }
    return { result, storeMs: coveredMs(calls), wallMs, byStore };
  } finally {
    stop();
  }
}

/** Length of the union of the calls' times. */
export function coveredMs(calls: readonly Pick<StoreCall, 'startedAt' | 'endedAt'>[]): number {
  let [covered, until] = [0, -Infinity];
  for (const { startedAt, endedAt } of [...calls].sort((a, b) => a.startedAt - b.startedAt)) {
    if (endedAt <= until) continue;
    covered += endedAt - Math.max(startedAt, until);
    until = endedAt;
  }
  return covered;
}
