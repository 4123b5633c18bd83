/** A glance at whether the counter of a product in Redis adds up, without walking its holds. */
import { inParallel } from '../in-parallel.js';
import { findUnitLevels } from '../postgres/find-unit-levels.js';
import { readTotals, type Totals } from '../redis/read-totals.js';
import type { TriageSources } from './triage-sources.js';

const WIDTH = 16;

/**
 * Free units and units in holds together stay the same while orders come and go, so one reading of each store tells;
 * a second one tells what moved meanwhile, and a difference within that is none. Sees a counter that was changed, not a
 * hold that was taken out: that is seen by its order.
 * @returns units that Redis has too many (below zero: too few) by product id; a product that Redis does not hold, or that
 *   has no stock, is absent, and all of them while either store is away
 */
export async function findProductDrift(
  sources: TriageSources,
  productIds: readonly string[],
): Promise<Map<string, number>> {
  const before = await levelsOf(sources, productIds);
  const first = await totalsOf(sources, productIds);
  const after = await levelsOf(sources, productIds);
  const second = await totalsOf(sources, productIds);
  const drift = new Map<string, number>();
  for (const [at, productId] of productIds.entries()) {
    const [level, later] = [before?.get(productId), after?.get(productId)];
    const [earlier, units] = [unitsIn(first?.[at]), unitsIn(second?.[at])];
    if (!level || !later || earlier === null || units === null) continue;
    const moved = Math.abs(units - earlier) + Math.abs(later.inRedis - level.inRedis);
    const difference = units - later.inRedis;
    const onTheirWay = difference < 0 ? moved + later.unsettled : moved;
    drift.set(productId, Math.abs(difference) <= onTheirWay ? 0 : difference);
  }
  return drift;
}

function levelsOf({ answer, postgres }: TriageSources, productIds: readonly string[]) {
  return answer.ask('postgres', async () => findUnitLevels(await postgres(), productIds));
}

function totalsOf({ answer, redis, config }: TriageSources, productIds: readonly string[]) {
  return answer.ask('redis', async () => {
    const client = await redis();
    return inParallel(productIds, WIDTH, (productId) => readTotals(client, config.prefix, productId));
  });
}

function unitsIn(totals: Totals | undefined): number | null {
  if (!totals || totals.available === null) return null;
  return totals.available + totals.heldUnits;
}
