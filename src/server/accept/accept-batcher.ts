/** Saves orders in micro-batches: one call to Postgres in flight per process, the next takes whatever has queued. */
import type { Log } from '../../core/log.js';
import { AppError } from '../../core/errors.js';
import type { OutboxRecord } from '../../core/outbox/record.js';
import { acceptOrders, type AcceptOutcome, type AcceptRow } from '../../core/postgres/accept-orders.js';
import type { Db } from '../../core/postgres/db.js';
import { createAcceptQueue, type Entry } from './accept-queue.js';
import { batchFaultOf } from './batch-fault.js';
import { toReservationRecord } from './reservation-record.js';
import type { StoreHealth } from './store-health.js';

/** Longest wait of one request for its outcome, all tries together. */
const WAIT_MS = 5_000;
/** How long a product whose row could not be locked in time is left alone, so that others are not held up again. */
const CONTENDED_MS = 1_000;

export interface AcceptBatcher {
  /**
   * Saves one order. When the outcome of a call is unknown the same row is submitted again, so an answer is always one
   * that Postgres gave.
   * @throws AppError UNAVAILABLE when Postgres gives none in time: the order may exist, its hold must stay
   */
  submit(row: AcceptRow): Promise<AcceptOutcome>;
  /** True while the product's stock row is held by somebody else; its orders are better refused before the hold. */
  isContended(productId: string): boolean;
  /** Orders that wait for a batch. */
  length(): number;
  oldestWaitMs(): number;
}

export interface AcceptBatcherOptions {
  readonly db: Db;
  readonly postgres: Pick<StoreHealth, 'fail' | 'whenUp'>;
  readonly batchMax: number;
  readonly waitMs?: number;
  /** Gets the events of new orders right after their commit; must not wait or throw. */
  readonly offer: (records: OutboxRecord[]) => void;
  readonly onBatch: (rows: number, ms: number) => void;
  readonly log: Log;
}

export function createAcceptBatcher(options: AcceptBatcherOptions): AcceptBatcher {
  const { db, postgres, log } = options;
  const queue = createAcceptQueue({ waitMs: options.waitMs ?? WAIT_MS });
  const contended = new Map<string, number>();
  let working = false;

  async function work(): Promise<void> {
    while (queue.length() > 0) {
      await postgres.whenUp();
      const batch = queue.take(options.batchMax);
      if (batch.length > 0) await save(batch);
    }
    working = false;
  }

  async function save(batch: readonly Entry[]): Promise<void> {
    const startedAt = performance.now();
    try {
      const rows = batch.map((entry) => entry.row);
      const outcomes = await acceptOrders(db, rows);
      options.onBatch(batch.length, performance.now() - startedAt);
      // After the next call is on its way: Postgres works on that one while these are answered.
      setImmediate(settle, batch, outcomes);
    } catch (error) {
      await recover(batch, error);
    }
  }

  function settle(batch: readonly Entry[], outcomes: Map<string, AcceptOutcome>): void {
    const records: OutboxRecord[] = [];
    for (const entry of batch) {
      const { reservationId } = entry.row;
      const outcome = outcomes.get(reservationId) ?? { reservationId, kind: 'again' };
      if (outcome.kind === 'new') records.push(toReservationRecord(outcome.order, outcome.eventId));
      queue.settle(entry, outcome);
    }
    if (records.length > 0) options.offer(records);
  }

  async function recover(batch: readonly Entry[], error: unknown): Promise<void> {
    switch (batchFaultOf(error)) {
      case 'away':
        postgres.fail(error);
        return queue.putBack(batch);
      case 'clash':
        return queue.putBack(batch);
      case 'contended':
        return recoverContended(batch, error);
      case 'broken':
        postgres.fail(error);
        log.error(
          { err: error, orders: batch.length },
          'the accept call failed; the holds are left to the sweep',
        );
        return fail(batch, 'INTERNAL', error);
    }
  }

  /** Each product on its own, so that a product whose row is locked harms no other. */
  async function recoverContended(batch: readonly Entry[], error: unknown): Promise<void> {
    const productIds = new Set(batch.map((entry) => entry.row.productId));
    for (const productId of productIds) {
      if (productIds.size > 1) {
        await save(batch.filter((entry) => entry.row.productId === productId));
      } else {
        contended.set(productId, performance.now() + CONTENDED_MS);
        log.warn({ err: error, productId }, 'the stock row is held by another transaction');
        fail(batch, 'UNAVAILABLE', error);
      }
    }
  }

  function fail(batch: readonly Entry[], code: 'UNAVAILABLE' | 'INTERNAL', cause: unknown): void {
    for (const entry of batch)
      queue.fail(entry, new AppError(code, 'the order could not be saved', { cause }));
  }

  return {
    submit(row) {
      const outcome = queue.join(row);
      if (!working) {
        working = true;
        // After the other requests of this turn of the event loop, so that they share the batch.
        setImmediate(() => void work());
      }
      return outcome;
    },
    isContended(productId) {
      const until = contended.get(productId);
      if (until === undefined) return false;
      if (until > performance.now()) return true;
      contended.delete(productId);
      return false;
    },
    length: () => queue.length(),
    oldestWaitMs: () => queue.oldestWaitMs(),
  };
}
