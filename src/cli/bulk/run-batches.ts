/** Carries a change out over pages of orders: batch by batch, at a pace, until it is done, stopped, or a store is away. */
import { toAppError, type AppError } from '../../core/errors.js';
import { createPace } from '../../core/pace.js';

export interface BatchPace {
  /** Orders in one batch at most. */
  readonly concurrency: number;
  /** Orders a second. */
  readonly rate?: number | undefined;
  /** Between two batches nothing further is begun. */
  readonly stop: AbortSignal;
  readonly onProgress: (done: number) => void;
}

export interface BatchReport {
  readonly done: number;
  /** Why nothing further was tried; null when all was. */
  readonly stoppedBy: AppError | null;
}

/**
 * @param work handles one batch and tells it; whatever it throws ends the run, since the next batch would fail alike
 * @returns what was done until then: never throws, so that it can be recorded and shown
 */
export async function runBatches<T>(
  pages: AsyncIterable<readonly T[]>,
  work: (batch: readonly T[]) => Promise<void>,
  { concurrency, rate, stop, onProgress }: BatchPace,
): Promise<BatchReport> {
  const size = Math.min(concurrency, rate ?? concurrency);
  const pace = rate === undefined ? undefined : createPace((size / rate) * 1_000);
  let done = 0;
  try {
    for await (const page of pages) {
      for (let at = 0; at < page.length; at += size) {
        await pace?.(stop);
        if (stop.aborted) return { done, stoppedBy: null };
        const batch = page.slice(at, at + size);
        await work(batch);
        done += batch.length;
        onProgress(done);
      }
    }
    return { done, stoppedBy: null };
  } catch (thrown) {
    return { done, stoppedBy: toAppError(thrown) };
  }
}
