/** Follows refunds until the money is back, or a person must decide, or the time is over. */
import { pause } from '../../core/back-off.js';
import type { Db } from '../../core/postgres/db.js';
import { countOpenRefunds, type OpenRefunds } from '../../core/postgres/count-open-refunds.js';

const POLL_MS = 500;
/** Ids in one statement. */
const CHUNK = 5_000;

/** @returns what is still open at the end: all refused, or the time is over, or the signal came */
export async function waitForRefunds(
  db: Db,
  orderIds: readonly string[],
  options: {
    readonly timeoutMs: number;
    readonly stop: AbortSignal;
    readonly onProgress: (open: OpenRefunds) => void;
  },
): Promise<OpenRefunds> {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    const open = await countAll(db, orderIds);
    options.onProgress(open);
    if (open.due <= open.refused || performance.now() >= deadline || options.stop.aborted) return open;
    await pause(POLL_MS, options.stop);
  }
}

async function countAll(db: Db, orderIds: readonly string[]): Promise<OpenRefunds> {
  const sum = { due: 0, refused: 0 };
  for (let at = 0; at < orderIds.length; at += CHUNK) {
    const { due, refused } = await countOpenRefunds(db, orderIds.slice(at, at + CHUNK));
    sum.due += due;
    sum.refused += refused;
  }
  return sum;
}
