/** A chunk that failed, message by message: finds those that fail by themselves, and buries them after enough attempts. */
import { toAppError } from '../core/errors.js';
import { inParallel } from '../core/in-parallel.js';
import type { PartitionPosition } from '../core/kafka/port.js';
import { isDataError, sqlStateOf } from '../core/postgres/postgres-errors.js';
import type { Attempts } from './count-attempts.js';
import type { BadMessage } from './dead-letter.js';
import { bury, startSagas, type ChunkParts, type ReadMessage } from './handle-chunk.js';

/**
 * With the back-off between them some four seconds, in which the rest of the partition waits. An order that is buried
 * stays PENDING in Postgres: `dlq replay` and `replay` bring it back once its cause is mended.
 */
export const MAX_ATTEMPTS = 5;
const AT_ONCE = 8;

export interface EachHandled {
  /** How many from the beginning of the chunk are durable, without a gap: up to there offsets may be committed (I13). */
  readonly durable: number;
  /** What is wrong with the first one after them; undefined when the whole chunk is durable. */
  readonly failure: Error | undefined;
}

/**
 * Whether an error may be the message's own fault. Everything that an operator can act on is not: a store that is away,
 * refuses access or is not migrated fails every message alike, so it never counts as an attempt.
 */
export function mayBeItsOwnFault(error: Error): boolean {
  // Of what Postgres says, only that the data is at fault; a broken disk is not in the table of known outages.
  if (sqlStateOf(error) !== undefined) return isDataError(error);
  return toAppError(error).code === 'INTERNAL';
}

/**
 * Neighbours of a message that fails get on, also those behind it: they are handled here, once however often this is
 * repeated (I7).
 * @throws what is not the fault of a message, such as AppError UNAVAILABLE; attempts counted before that stay counted
 */
export async function handleEach(
  parts: ChunkParts,
  from: PartitionPosition,
  chunk: readonly ReadMessage[],
  attempts: Attempts,
): Promise<EachHandled> {
  const handled = await inParallel(chunk, AT_ONCE, (read) => handleOne(parts, from, read, attempts));
  const waiting = handled.findIndex((one) => one.failure !== undefined);
  const durable = waiting < 0 ? chunk.length : waiting;
  // Only what comes before the first that waits: the rest is read again, and would be buried once more.
  await bury(
    parts,
    from,
    handled.slice(0, durable).flatMap((one) => one.bad),
  );
  return { durable, failure: handled[durable]?.failure };
}

interface OneHandled {
  readonly bad: readonly BadMessage[];
  /** Why it is to be tried again. */
  readonly failure?: Error;
}

async function handleOne(
  parts: ChunkParts,
  from: PartitionPosition,
  read: ReadMessage,
  attempts: Attempts,
): Promise<OneHandled> {
  try {
    return { bad: await startSagas(parts, [read]) };
  } catch (thrown) {
    const failure = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (!mayBeItsOwnFault(failure)) throw failure;
    const { message } = read;
    const failed = attempts.add(from, message.offset);
    parts.log.error(
      { ...from, offset: message.offset, err: failure, attempts: failed },
      'message fails by itself',
    );
    if (failed < MAX_ATTEMPTS) return { bad: [], failure };
    return { bad: [{ message, reason: 'TOO_MANY_ATTEMPTS', detail: failure.message, attempts: failed }] };
  }
}
