/** What `consume` does with the batches of a partition: chunk by chunk, committing behind itself, waiting when it must. */
import { createBackOff, type BackOff } from '../core/back-off.js';
import { toAppError } from '../core/errors.js';
import type { ConsumedBatch, ConsumedMessage, PartitionPosition } from '../core/kafka/port.js';
import { createAttempts, type Attempts } from './count-attempts.js';
import { handleChunk, type ChunkParts, type ReadMessage } from './handle-chunk.js';
import { handleEach, mayBeItsOwnFault, type EachHandled } from './handle-each.js';
import { withHeartbeats } from './heartbeats.js';
import { parseReservation } from './parse-reservation.js';

export interface BatchHandling extends ChunkParts {
  /** Told whenever a partition got on, or waits for a reason that is known and reported. */
  readonly onProgress: (at: PartitionPosition) => void;
  readonly waits: Waits;
  /** Milliseconds; for tests. */
  readonly backOff?: { readonly firstMs: number; readonly maxMs: number };
}

/** Which partitions wait, and for what: shown by metrics and `/readyz?verbose`. */
export interface Waits {
  set(at: PartitionPosition, reason: string): void;
  clear(at: PartitionPosition): void;
}

export type WaitParts = Pick<BatchHandling, 'onProgress' | 'waits' | 'log'>;

const CHUNK = 100;
const BACK_OFF = { firstMs: 250, maxMs: 5_000 };
/** A newer consumer is being rolled out: this one looks again, in case it stays. */
const NEWER_PAUSE_MS = 30_000;

/** @returns the handler for `BatchConsumer.start` */
export function createBatchHandler(parts: BatchHandling): (batch: ConsumedBatch) => Promise<void> {
  const backOffs = new Map<number, BackOff>();
  const backOffOf = (partition: number): BackOff => {
    let backOff = backOffs.get(partition);
    if (!backOff) backOffs.set(partition, (backOff = createBackOff(parts.backOff ?? BACK_OFF)));
    return backOff;
  };

  const attempts = createAttempts();

  return async (batch) => {
    const at = { topic: batch.topic, partition: batch.partition };
    for (let start = 0; start < batch.messages.length; start += CHUNK) {
      if (!batch.isCurrent()) return;
      const { usable, newer } = readUpToNewer(batch.messages.slice(start, start + CHUNK));
      if (usable.length > 0) {
        const { durable, failure } = await tryChunk(parts, batch, at, usable, attempts);
        const last = usable[durable - 1]?.message.offset;
        if (last !== undefined) {
          await batch.commitThrough(last);
          attempts.forgetThrough(at, last);
          backOffOf(at.partition).reset();
          parts.onProgress(at);
        }
        if (failure) {
          parts.stats.count('retried', '', usable.length - durable);
          return waitFor(parts, batch, at, backOffOf(at.partition).next(), failure);
        }
        parts.waits.clear(at);
      }
      if (newer !== undefined) return waitForNewer(parts, batch, at, newer);
      await batch.heartbeat();
    }
  };
}

/**
 * The whole chunk at once, and when that fails for no reason outside of it, message by message.
 * @throws only what ended the membership
 */
async function tryChunk(
  parts: BatchHandling,
  batch: ConsumedBatch,
  at: PartitionPosition,
  chunk: readonly ReadMessage[],
  attempts: Attempts,
): Promise<EachHandled> {
  let handled: EachHandled = { durable: chunk.length, failure: undefined };
  await withHeartbeats(
    () => batch.heartbeat(),
    async () => {
      try {
        const failure = await failureOf(() => handleChunk(parts, at, chunk));
        if (!failure) return;
        if (!mayBeItsOwnFault(failure)) throw failure;
        handled = await handleEach(parts, at, chunk, attempts);
      } catch (error) {
        handled = { durable: 0, failure: toError(error) };
      }
    },
  );
  return handled;
}

async function failureOf(work: () => Promise<void>): Promise<Error | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return toError(error);
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Nothing is skipped: the uncommitted part of the batch is read again after the pause (I13). */
export function waitFor(
  parts: WaitParts,
  batch: ConsumedBatch,
  at: PartitionPosition,
  ms: number,
  failure: Error,
): void {
  const error = toAppError(failure);
  // What is away comes back, and waiting for it is no stall. A fault of ours does not mend itself: without
  // progress it ends the process.
  if (error.retryable) parts.onProgress(at);
  parts.waits.set(at, error.message);
  parts.log[error.retryable ? 'warn' : 'error'](
    { ...at, err: failure, waitMs: ms },
    'partition waits and tries again',
  );
  batch.pauseFor(ms);
}

/** Events in a newer form are kept for a consumer that knows it; they are not buried. */
export function waitForNewer(
  parts: WaitParts,
  batch: ConsumedBatch,
  at: PartitionPosition,
  version: number,
): void {
  parts.onProgress(at);
  parts.waits.set(at, `events of schema version ${version} need a newer consumer`);
  parts.log.error(
    { ...at, schemaVersion: version },
    'partition waits for a newer consumer: upgrade this one',
  );
  batch.pauseFor(NEWER_PAUSE_MS);
}

function readUpToNewer(messages: readonly ConsumedMessage[]): { usable: ReadMessage[]; newer?: number } {
  const usable: ReadMessage[] = [];
  for (const message of messages) {
    const parsed = parseReservation(message.value);
    if (parsed.kind === 'newer') return { usable, newer: parsed.schemaVersion };
    usable.push({ message, parsed });
  }
  return { usable };
}
