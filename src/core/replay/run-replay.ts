/**
 * Carries a plan out: hands orders over again through Kafka, or starts their sagas directly. Never touches stock, and
 * is harmless when run twice or beside live traffic: a row that moved on is left alone under its lock, and a second
 * start of one saga is refused by Temporal (I7).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { toAppError, type AppError } from '../errors.js';
import { toKafkaRecords } from '../kafka/events.js';
import type { Publisher } from '../kafka/port.js';
import type { Pool } from '../postgres/create-pool.js';
import { markPublished } from '../postgres/mark-published.js';
import { requeueOrders } from '../postgres/requeue-orders.js';
import { selectUnpublishedOf } from '../postgres/select-unpublished-of.js';
import { withTransaction } from '../postgres/with-transaction.js';
import { inParallel } from '../in-parallel.js';
import { actionable, type PlannedOrder, type ReplayAction } from './plan-replay.js';

/** skipped: it moved on between plan and action, or another replay was faster. */
export type ReplayOutcome = 'requeued' | 'started' | 'skipped' | 'failed';

export interface ReplayedOrder {
  readonly orderId: string;
  readonly outcome: ReplayOutcome;
  /** Why it failed; null otherwise. */
  readonly reason: string | null;
}

export interface ReplayTools {
  readonly pool: Pool;
  readonly publisher: () => Promise<Publisher>;
  /** Starts the saga unless one runs or has completed. */
  startSaga(orderId: string): Promise<'started' | 'already'>;
}

export interface ReplayPace {
  /** Orders a second; unbounded when absent. */
  readonly rate?: number;
  /** Called after each batch. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface ReplayReport {
  readonly results: readonly ReplayedOrder[];
  /** Why a store could not be reached any more; the orders after that failed untried. */
  readonly stoppedBy: AppError | null;
}

/** One transaction and one send to Kafka each: small enough that its row locks hold up nobody. */
const BATCH = 100;
const STARTS_IN_FLIGHT = 10;

export async function runReplay(
  tools: ReplayTools,
  planned: readonly PlannedOrder[],
  pace: ReplayPace = {},
): Promise<ReplayReport> {
  const batches = toBatches(actionable(planned), Math.min(BATCH, pace.rate ?? BATCH));
  const total = batches.reduce((sum, batch) => sum + batch.orderIds.length, 0);
  const results: ReplayedOrder[] = [];
  // By action, because the one needs Kafka and the other Temporal: one store away does not stop the other way.
  const away = new Map<ReplayAction, AppError>();
  const begin = performance.now();
  for (const { action, orderIds } of batches) {
    if (pace.rate !== undefined) {
      await sleep(Math.max(0, begin + (results.length / pace.rate) * 1_000 - performance.now()));
    }
    const before = away.get(action);
    const done = before
      ? { results: orderIds.map((orderId) => failed(orderId, before)), unavailable: before }
      : await (action === 'start' ? startAll(tools, orderIds) : requeue(tools, orderIds));
    results.push(...done.results);
    if (done.unavailable) away.set(action, done.unavailable);
    pace.onProgress?.(results.length, total);
  }
  return { results, stoppedBy: [...away.values()][0] ?? null };
}

interface Batch {
  readonly action: ReplayAction;
  readonly orderIds: readonly string[];
}

interface BatchReport {
  readonly results: readonly ReplayedOrder[];
  readonly unavailable: AppError | null;
}

function toBatches(todo: readonly PlannedOrder[], size: number): Batch[] {
  return (['requeue', 'start'] as const).flatMap((action) => {
    const orderIds = todo.filter((order) => order.action === action).map((order) => order.orderId);
    return Array.from({ length: Math.ceil(orderIds.length / size) }, (_empty, at) => ({
      action,
      orderIds: orderIds.slice(at * size, (at + 1) * size),
    }));
  });
}

/** The event goes back into the outbox first, so that a relay has it even if this process ends here (I6). */
async function requeue(tools: ReplayTools, orderIds: readonly string[]): Promise<BatchReport> {
  try {
    const outcomes = await requeueOrders(tools.pool, orderIds);
    const moved = orderIds.filter((orderId) => outcomes.get(orderId) === 'requeued');
    if (moved.length > 0) await publish(tools, moved);
    const results = orderIds.map((orderId) => ({
      orderId,
      outcome: outcomes.get(orderId) ?? ('skipped' as const),
      reason: null,
    }));
    return { results, unavailable: null };
  } catch (thrown) {
    const error = toAppError(thrown);
    return {
      results: orderIds.map((orderId) => failed(orderId, error)),
      unavailable: error.code === 'UNAVAILABLE' ? error : null,
    };
  }
}

async function publish(tools: ReplayTools, orderIds: readonly string[]): Promise<void> {
  const publisher = await tools.publisher();
  await withTransaction(tools.pool, async (db) => {
    const records = await selectUnpublishedOf(db, orderIds);
    if (records.length === 0) return;
    await publisher.publishBatch(records.flatMap(toKafkaRecords));
    await markPublished(
      db,
      records.map((record) => record.eventId),
    );
  });
}

async function startAll(tools: ReplayTools, orderIds: readonly string[]): Promise<BatchReport> {
  let unavailable: AppError | null = null;
  const results = await inParallel(orderIds, STARTS_IN_FLIGHT, async (orderId): Promise<ReplayedOrder> => {
    if (unavailable) return failed(orderId, unavailable);
    try {
      const outcome = await tools.startSaga(orderId);
      return { orderId, outcome: outcome === 'started' ? 'started' : 'skipped', reason: null };
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code === 'UNAVAILABLE') unavailable = error;
      return failed(orderId, error);
    }
  });
  return { results, unavailable };
}

function failed(orderId: string, error: AppError): ReplayedOrder {
  return { orderId, outcome: 'failed', reason: error.message };
}
