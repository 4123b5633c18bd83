import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBatchHandler } from '../../src/consumer/consume-batch.js';
import { createLimit } from '../../src/consumer/limit-concurrency.js';
import { createConsumer } from '../../src/core/kafka/create-consumer.js';
import type { BatchConsumer, ConsumedBatch } from '../../src/core/kafka/port.js';
import { createSilentLog } from '../../src/core/log.js';
import { CONSUMER_GROUP, TOPICS } from '../../src/core/names.js';
import { startSaga } from '../../src/core/temporal/start-saga.js';
import { waitFor } from '../support/wait-for.js';
import { createConsumeStand, type ConsumeStand } from './consume-stand.js';

/** The shortest that a broker grants by default. */
const SESSION_MS = 6_000;
const SLOW_MS = 8_000;
const ORDERS = 30;

describe('a chunk that takes longer than the session', { timeout: 60_000 }, () => {
  let stand: ConsumeStand;
  const running: BatchConsumer[] = [];

  beforeAll(async () => {
    stand = await createConsumeStand('late-member');
  });
  afterAll(async () => {
    await Promise.all(running.map((consumer) => consumer.stop()));
    await stand.close();
  });

  /** A replica with its own way to beat; its first saga takes `slowMs`. */
  async function join(group: string, slowMs: number, heartbeat: (batch: ConsumedBatch) => Promise<void>) {
    const counts: Record<string, number> = {};
    const seen = { batches: 0, lostCommits: 0 };
    let slow = slowMs > 0;
    const handle = createBatchHandler({
      pool: stand.space.pool,
      publisher: stand.publisher,
      relay: { offer: () => undefined },
      stats: {
        count: (code, _product, n = 1) => void (counts[code] = (counts[code] ?? 0) + n),
        observe: () => undefined,
      },
      log: createSilentLog(),
      limit: createLimit(16),
      startSaga: async (orderId) => {
        if (slow) {
          slow = false;
          await new Promise((resolve) => setTimeout(resolve, slowMs));
        }
        const input = { orderId, deadlineMs: 900_000 };
        return startSaga(stand.temporal.client, stand.space.prefix, orderId, input);
      },
      announce: () => undefined,
      onProgress: () => undefined,
      waits: { set: () => undefined, clear: () => undefined },
    });
    const consumer = createConsumer(stand.space.config(), createSilentLog(), {
      topic: TOPICS.reservations,
      group,
      partitionsAtOnce: 3,
      sessionTimeoutMs: SESSION_MS,
    });
    running.push(consumer);
    await consumer.start(async (batch) => {
      seen.batches += 1;
      await handle({
        ...batch,
        heartbeat: () => heartbeat(batch),
        commitThrough: (offset) =>
          batch.commitThrough(offset).catch((error: unknown) => {
            seen.lostCommits += 1;
            throw error;
          }),
      });
    });
    return { consumer, counts, seen };
  }

  it.concurrent('is done a second time by another replica, and its late commit is refused', async () => {
    const silent = () => Promise.resolve();
    const late = await join(CONSUMER_GROUP, SLOW_MS, silent);
    const records = await stand.accept(ORDERS);
    await stand.publish(records);
    await waitFor(() => late.seen.batches > 0, { what: 'the late replica to be at work' });
    const other = await join(CONSUMER_GROUP, 0, (batch) => batch.heartbeat());
    await stand.waitForAll(records);
    await waitFor(() => late.seen.lostCommits > 0, {
      timeoutMs: 20_000,
      what: 'the late commit to be refused',
    });
    // Each by whoever was first; what both did was found to be there (I7).
    expect((late.counts['started'] ?? 0) + (other.counts['started'] ?? 0)).toBe(ORDERS);
    expect((late.counts['skipped'] ?? 0) + (other.counts['skipped'] ?? 0)).toBeGreaterThan(0);

    const more = await stand.accept(ORDERS);
    await stand.publish(more);
    await stand.waitForAll(more);
    await waitFor(() => late.consumer.assigned().length > 0, {
      timeoutMs: 20_000,
      what: 'it to be let in again',
    });
  });
});
