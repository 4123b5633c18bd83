/** Units per product for a screen that asks every other second: cheap, and all the same true. */
import { findConservation } from '../../../core/postgres/find-conservation.js';
import { findUnits } from '../../../core/postgres/find-units.js';
import type { Db } from '../../../core/postgres/db.js';
import { isStatementTimeout } from '../../../core/postgres/postgres-errors.js';
import type { StockLine } from '../state/model.js';
import { paced } from './paced.js';

/** Of each poll, in ms: with the other looks less than a hundredth of two cores at the default interval. */
const LIVE_MS = 15;
const AUDIT_MS = 5;
/** Of one live order, measured by `bench top`. */
const LIVE_ORDER_MS = 0.0005;

export interface ReadUnits {
  readonly lines: readonly StockLine[];
  /** By Postgres's clock; null when counting every order took too long. */
  readonly auditedAt: number | null;
}

/**
 * Live orders are added up each time, all orders as often as their number allows. What the last full count found amiss
 * stands until the next one: `claimed` is then not `held` + `sold`.
 * @param productIds only these; all when undefined
 * @returns takes Postgres's clock; @throws AppError UNAVAILABLE
 */
export function createUnitsReader(
  db: Db,
  productIds: readonly string[] | undefined,
): (clock: number) => Promise<ReadUnits> {
  const readLive = paced(() => findUnits(db, productIds), {
    msPerPoll: LIVE_MS,
    costOf: (lines) => lines.reduce((sum, line) => sum + line.liveOrders, 0) * LIVE_ORDER_MS,
  });
  const readAll = paced(() => countAll(db, productIds), { msPerPoll: AUDIT_MS });
  let auditedAt: number | null = null;
  let amiss: ReadonlyMap<string, number> = new Map();

  return async (clock) => {
    const all = await readAll();
    if (all.fresh) {
      auditedAt = all.value ? clock : null;
      amiss = new Map((all.value ?? []).map((line) => [line.productId, amissIn(line)]));
      if (all.value) return { lines: all.value, auditedAt };
    }
    const { value: live } = await readLive();
    const lines = live.map((line) => ({ ...line, sold: line.sold - (amiss.get(line.productId) ?? 0) }));
    return { lines, auditedAt };
  };
}

/** @returns null when there are too many orders to count in the time of a statement */
async function countAll(db: Db, productIds: readonly string[] | undefined): Promise<StockLine[] | null> {
  try {
    return await findConservation(db, productIds);
  } catch (error) {
    if (isStatementTimeout(error)) return null;
    throw error;
  }
}

function amissIn({ claimed, held, sold }: StockLine): number {
  return claimed - held - sold;
}
