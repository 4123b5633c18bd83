/** Counter and holds of Redis against the units of Postgres, without walking the holds: `audit` does that. */
import { setTimeout as delay } from 'node:timers/promises';
import { inParallel } from '../../in-parallel.js';
import type { Units } from '../../postgres/find-units.js';
import type { Totals } from '../../redis/read-totals.js';
import type { Sources } from '../check.js';

export interface ProductDrift {
  readonly productId: string;
  /** Units that Redis has too many, below zero too few; 0 also while the figures move. */
  readonly units: number;
  readonly totals: Totals;
  readonly stock: Units;
}

/** A difference counts when looks in a row, some moments apart, find exactly the same. */
const LOOKS = 3;
const PAUSE_MS = 150;
const WIDTH = 16;

/** Every order not yet final has a hold, and no other unit has: free and held add up to what was not sold. */
export function driftOf(
  { seeded, claimed, held }: Pick<Units, 'seeded' | 'claimed' | 'held'>,
  { available, heldUnits }: Pick<Totals, 'available' | 'heldUnits'>,
): number {
  return available === null ? 0 : available + heldUnits - (seeded - claimed + held);
}

/** @param productIds all with stock when left out. @throws AppError UNAVAILABLE */
export async function measureDrift(
  { stores, config }: Sources,
  productIds?: readonly string[],
): Promise<ProductDrift[]> {
  const [{ findUnits }, { readTotals }] = await Promise.all([
    import('../../postgres/find-units.js'),
    import('../../redis/read-totals.js'),
  ]);
  const [pool, redis] = await Promise.all([stores.postgres(), stores.redis()]);
  const look = async (ids?: readonly string[]): Promise<ProductDrift[]> =>
    inParallel(await findUnits(pool, ids), WIDTH, async (stock) => {
      const totals = await readTotals(redis, config.prefix, stock.productId);
      return { productId: stock.productId, units: driftOf(stock, totals), totals, stock };
    });

  const first = await look(productIds);
  let apart = first.filter(({ units }) => units !== 0);
  for (let looks = 1; looks < LOOKS && apart.length > 0; looks += 1) {
    await delay(PAUSE_MS);
    const again = await look(apart.map(({ productId }) => productId));
    apart = apart.filter((one) =>
      again.some(({ productId, units }) => productId === one.productId && units === one.units),
    );
  }
  const settled = new Set(apart.map(({ productId }) => productId));
  return first.map((one) => (settled.has(one.productId) ? one : { ...one, units: 0 }));
}

/** The one look at the drift of all products. */
export function driftLook(sources: Sources): Promise<ProductDrift[]> {
  return measureDrift(sources);
}
