/** Tells whoever listens how long each call to a store took. While nobody listens it costs one look at a flag. */
import { channel } from 'node:diagnostics_channel';
import type { StoreName } from './partial-answer.js';

/** Times as of performance.now(), measured at the client. */
export interface StoreCall {
  readonly store: StoreName;
  readonly startedAt: number;
  readonly endedAt: number;
}

const calls = channel('ordersctl:store-call');

/** Clients that must be prepared for it ask this once, when they are made. */
export function areStoreCallsHeard(): boolean {
  return calls.hasSubscribers;
}

export function tellStoreCall(call: StoreCall): void {
  calls.publish(call);
}

/** Tells of `call` once it is answered, well or not, and gives its answer. */
export async function timeStoreCall<T>(store: StoreName, call: () => Promise<T>): Promise<T> {
  if (!calls.hasSubscribers) return call();
  const startedAt = performance.now();
  try {
    return await call();
  } finally {
    tellStoreCall({ store, startedAt, endedAt: performance.now() });
  }
}

/** @returns ends the listening */
export function hearStoreCalls(listener: (call: StoreCall) => void): () => void {
  const hear = (message: unknown) => listener(message as StoreCall);
  calls.subscribe(hear);
  return () => calls.unsubscribe(hear);
}
