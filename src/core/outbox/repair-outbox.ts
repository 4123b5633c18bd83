/** One repairing pass: publishes what was left unpublished, by whichever process, oldest first. */
import { AppError } from '../errors.js';
import { toKafkaRecords } from '../kafka/events.js';
import type { Publisher } from '../kafka/port.js';
import type { Pool } from '../postgres/create-pool.js';
import { markPublished } from '../postgres/mark-published.js';
import { selectUnpublished } from '../postgres/select-unpublished.js';
import { withTransaction } from '../postgres/with-transaction.js';
import type { OutboxRecord } from './record.js';

export interface RepairOptions {
  readonly pool: Pool;
  readonly publisher: Publisher;
  /** Younger rows are still on their way by the hand-over of the process that wrote them. 0 for all. */
  readonly olderThanMs: number;
  readonly limit: number;
  /** True for rows this process is about to send or mark itself. */
  readonly isInHand: (eventId: string) => boolean;
}

export interface Repaired {
  readonly published: readonly OutboxRecord[];
  /** True when the pass was as large as it may be: the outbox has more. */
  readonly more: boolean;
}

/** Below the time after which PostgreSQL ends an idle transaction, with room for the commit. */
const SEND_TIMEOUT_MS = 8_000;

/**
 * The rows stay locked while they are sent, so that several replicas share the work instead of repeating it; the
 * transaction is short because the send is cut off. Marked only after the acknowledgement (I6): a pass that dies
 * in between leaves rows to be published again.
 * @throws AppError UNAVAILABLE when Kafka or Postgres does not answer; nothing is lost
 */
export async function repairOutbox(options: RepairOptions): Promise<Repaired> {
  const { pool, publisher, olderThanMs, limit, isInHand } = options;
  return withTransaction(pool, async (db) => {
    const rows = await selectUnpublished(db, { olderThanMs, limit });
    const mine = rows.filter((row) => !isInHand(row.eventId));
    const more = rows.length === limit;
    if (mine.length === 0) return { published: [], more };
    await withinTime(publisher.publishBatch(mine.flatMap(toKafkaRecords)));
    await markPublished(
      db,
      mine.map((row) => row.eventId),
    );
    return { published: mine, more };
  });
}

async function withinTime(send: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new AppError('UNAVAILABLE', `Kafka did not acknowledge within ${SEND_TIMEOUT_MS} ms`)),
      SEND_TIMEOUT_MS,
    );
  });
  try {
    await Promise.race([send, late]);
  } finally {
    clearTimeout(timer);
    // Its failure is told by the race, or does not matter any more.
    send.catch(() => undefined);
  }
}
