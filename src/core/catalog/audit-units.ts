/** Counts the units of a product on both sides, until the figures belong together. */
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../errors.js';
import type { Conservation } from '../postgres/find-conservation.js';
import { findStockLevels, type StockLevelRow } from '../postgres/find-stock-levels.js';
import { judge, NO_DETAILS, type UnitLook } from './audit-judge.js';
import { lookAtRedis } from './audit-look.js';
import type { AuditedProduct, AuditOptions } from './audit-report.js';
import type { CatalogDeps } from './catalog-deps.js';

/**
 * A problem counts when two looks in a row find the same at rest. While the figures move, the look that comes closest
 * counts: a leak is there in all of them, a coincidence of two moments is not.
 */
const LOOKS = 6;
const PAUSE_MS = 60;

/** @throws AppError UNAVAILABLE; PRODUCT_NOT_FOUND */
export async function countUnits(
  deps: CatalogDeps,
  row: Conservation,
  options: AuditOptions,
): Promise<UnitLook> {
  let steady: UnitLook | undefined;
  let closest: UnitLook | undefined;
  for (let looks = 0; looks < LOOKS; looks += 1) {
    if (looks > 0) await delay(PAUSE_MS);
    const before = await readLevel(deps, row.productId);
    const redis = await lookAtRedis(deps, row.productId, options);
    const level = await readLevel(deps, row.productId);
    const look = { level, redis, moved: movedBetween(before, level) };
    const audited = judge(row, look, NO_DETAILS);
    // Within what moved nothing better can be seen, so a product that sells costs no more looks than one at rest.
    if (!audited.problems.some((problem) => OF_UNITS.has(problem))) return look;
    if (!audited.moving && isSame(audited, steady && judge(row, steady, NO_DETAILS))) return look;
    steady = audited.moving ? undefined : look;
    if (closest === undefined || distance(look) < distance(closest)) closest = look;
  }
  if (!closest) throw new AppError('INTERNAL', 'an audit without a look');
  return closest;
}

/** What the looks at the units can find. */
const OF_UNITS: ReadonlySet<string> = new Set(['not-loaded', 'other-epoch', 'drift', 'unreadable', 'leaked']);

function distance({ level, redis }: UnitLook): number {
  if (redis.available === null || redis.epoch !== level.epoch) return Infinity;
  const { available, inFlight, leaked } = redis;
  return Math.abs(available + inFlight.units + leaked.units - (level.seeded - level.claimed));
}

async function readLevel({ pool }: CatalogDeps, productId: string): Promise<StockLevelRow> {
  const level = (await findStockLevels(pool, [productId])).get(productId);
  if (!level) throw new AppError('PRODUCT_NOT_FOUND', `${productId} has no stock any more`);
  return level;
}

function movedBetween(before: StockLevelRow, after: StockLevelRow): number {
  return Math.abs(after.seeded - before.seeded) + Math.abs(after.claimed - before.claimed);
}

function isSame(a: AuditedProduct, b: AuditedProduct | undefined): boolean {
  return a.problem === b?.problem && a.drift === b.drift;
}
