/** Starts the sagas of a batch of orders directly. */
import { toAppError, type AppError } from '../errors.js';
import { inParallel } from '../in-parallel.js';
import { countReplays } from '../postgres/count-replays.js';
import type { PlannedOrder } from './plan-replay.js';
import { failed, skipped, type BatchReport, type ReplayedOrder, type ReplayTools } from './replay-tools.js';

/** A second start of one saga is refused by Temporal (I7). @throws AppError UNAVAILABLE when Postgres is away */
export async function startBatch(
  tools: ReplayTools,
  orders: readonly PlannedOrder[],
  concurrency: number,
): Promise<BatchReport> {
  let unavailable: AppError | null = null;
  const results = await inParallel(orders, concurrency, async ({ orderId }): Promise<ReplayedOrder> => {
    if (unavailable) return failed(orderId, unavailable);
    try {
      const outcome = await tools.startSaga(orderId);
      if (outcome === 'started') return { orderId, outcome, reason: null };
      return skipped(orderId, 'its workflow runs, or has completed');
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code === 'UNAVAILABLE') unavailable = error;
      return failed(orderId, error);
    }
  });
  const started = results.filter(({ outcome }) => outcome === 'started');
  await countReplays(
    tools.pool,
    started.map(({ orderId }) => orderId),
  );
  return { results, unavailable };
}
