/**
 * Carries a plan out: hands orders over again through Kafka, starts their sagas directly, or decides those that are
 * overdue. Harmless when run twice, at once or beside live traffic: a row that moved on is left alone under its lock, and a
 * second start of one saga is refused by Temporal (I7). Handing over moves no unit; an order that ends gives its own back.
 */
import { pause } from '../back-off.js';
import { toAppError, type AppError } from '../errors.js';
import { quarantineOrders } from '../postgres/quarantine-orders.js';
import { concludeBatch } from './conclude-batch.js';
import { DEFAULT_CONCURRENCY } from './look-at-orders.js';
import { isActionable, MAX_REPLAYS, type PlannedOrder, type ReplayAction } from './plan-replay.js';
import {
  failed,
  type BatchReport,
  type ReplayedOrder,
  type ReplayOutcome,
  type ReplayTools,
} from './replay-tools.js';
import { requeueBatch } from './requeue-batch.js';
import { startBatch } from './start-batch.js';

export interface ReplayPace {
  /** Orders a second; unbounded when absent. */
  readonly rate?: number | undefined;
  /** Starts in flight. */
  readonly concurrency?: number | undefined;
  /** Ends the run after the batch in hand. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each batch with what became of its orders. */
  readonly onResults?: (results: readonly ReplayedOrder[]) => void;
  /** Called after each batch with the number of orders that were tried. */
  readonly onProgress?: (done: number) => void;
}

export interface ReplayReport {
  readonly counts: Readonly<Partial<Record<ReplayOutcome, number>>>;
  /** Orders that were tried; less than the plan has when the signal came. */
  readonly done: number;
  /** Orders that were newly left to a person. */
  readonly quarantined: number;
  /** Why a store could not be reached any more; the orders after that failed untried. */
  readonly stoppedBy: AppError | null;
}

/** One transaction and one send to Kafka each: small enough that its row locks hold up nobody. */
const BATCH = 100;
const NEVER = new AbortController().signal;
const QUARANTINE_REASON = `was handed over ${MAX_REPLAYS} times and no saga has carried it on`;

export async function runReplay(
  tools: ReplayTools,
  planned: readonly PlannedOrder[],
  pace: ReplayPace = {},
): Promise<ReplayReport> {
  const { rate, signal = NEVER } = pace;
  const counts: Partial<Record<ReplayOutcome, number>> = {};
  // By action, because the one needs Kafka and the other Temporal: one store away does not stop the other way.
  const away = new Map<ReplayAction, AppError>();
  let done = 0;

  const quarantined = await quarantineOrders(
    tools.pool,
    planned.filter(({ action }) => action === 'quarantine').map(({ orderId }) => orderId),
    QUARANTINE_REASON,
  );
  const begin = performance.now();
  for (const { action, orders } of toBatches(planned, Math.min(BATCH, rate ?? BATCH))) {
    if (rate !== undefined) await pause(begin + (done / rate) * 1_000 - performance.now(), signal);
    if (signal.aborted) break;
    const before = away.get(action);
    const report = before ? allFailed(orders, before) : await carryOut(tools, action, orders, pace);
    if (report.unavailable) away.set(action, report.unavailable);
    done += orders.length;
    for (const { outcome } of report.results) counts[outcome] = (counts[outcome] ?? 0) + 1;
    pace.onResults?.(report.results);
    pace.onProgress?.(done);
  }
  return { counts, done, quarantined: quarantined.length, stoppedBy: [...away.values()][0] ?? null };
}

interface Batch {
  readonly action: ReplayAction;
  readonly orders: readonly PlannedOrder[];
}

function toBatches(planned: readonly PlannedOrder[], size: number): Batch[] {
  const todo = planned.filter(isActionable);
  return (['requeue', 'start', 'conclude'] as const).flatMap((action) => {
    const mine = todo.filter((order) => order.action === action);
    return Array.from({ length: Math.ceil(mine.length / size) }, (_empty, at) => ({
      action,
      orders: mine.slice(at * size, (at + 1) * size),
    }));
  });
}

async function carryOut(
  tools: ReplayTools,
  action: ReplayAction,
  orders: readonly PlannedOrder[],
  { concurrency = DEFAULT_CONCURRENCY }: ReplayPace,
): Promise<BatchReport> {
  try {
    if (action === 'start') return await startBatch(tools, orders, concurrency);
    const results = await (action === 'requeue'
      ? requeueBatch(tools, orders, concurrency)
      : concludeBatch(tools, orders));
    return { results, unavailable: null };
  } catch (thrown) {
    const error = toAppError(thrown);
    const { results } = allFailed(orders, error);
    return { results, unavailable: error.code === 'UNAVAILABLE' ? error : null };
  }
}

function allFailed(orders: readonly PlannedOrder[], error: AppError): BatchReport {
  return { results: orders.map(({ orderId }) => failed(orderId, error)), unavailable: error };
}
