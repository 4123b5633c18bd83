/** Checks that no unit was lost or sold twice: Postgres against itself, and Redis against Postgres. */
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../errors.js';
import type { Db } from '../postgres/db.js';
import { findConservation, type Conservation } from '../postgres/find-conservation.js';
import type { OrdersRedis } from '../redis/create-redis.js';
import { lookAtRedis, type RedisLook } from './audit-look.js';
import { inParallel } from '../in-parallel.js';
import { isRedisAway } from './is-redis-away.js';

export interface AuditDeps {
  readonly db: Db;
  readonly redis: OrdersRedis;
  readonly prefix: string;
}

/**
 * `unbalanced`: the stock row does not claim what the orders add up to. `not-loaded`: Redis does not hold the product.
 * `other-epoch`: Redis was loaded under another epoch, so its orders are refused. `drift`: the counter is wrong.
 */
export type AuditProblem = 'unbalanced' | 'not-loaded' | 'other-epoch' | 'drift';

export interface AuditedProduct {
  readonly productId: string;
  /** seeded = available + held + sold (I2), or the product is `unbalanced`. */
  readonly seeded: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  /** The counter; null when the product is not loaded or Redis is away. */
  readonly redisAvailable: number | null;
  /** Units of holds in Redis that no order in Postgres claims yet, or any more. */
  readonly inFlight: number | null;
  /** redisAvailable + inFlight − available (I3). Below zero units cannot be sold, above zero buyers are refused late. */
  readonly drift: number | null;
  readonly problem: AuditProblem | null;
  /** The figures moved while they were read, so a drift within that movement counts as none. */
  readonly moving: boolean;
}

export interface AuditReport {
  readonly ok: boolean;
  readonly products: readonly AuditedProduct[];
  /** What could not be reached; then only the other half was checked. */
  readonly unavailable?: readonly 'redis'[];
}

/**
 * A problem counts when two looks in a row find the same at rest. While the figures move, the look that comes closest
 * counts: a leak is there in all of them, a coincidence of two moments is not.
 */
const LOOKS = 6;
const PAUSE_MS = 60;
const WIDTH = 4;

/**
 * @param productIds only these; all products with stock when left out
 * @throws AppError PRODUCT_NOT_FOUND for an asked product without stock; UNAVAILABLE when Postgres is away
 */
export async function auditProducts(deps: AuditDeps, productIds?: readonly string[]): Promise<AuditReport> {
  const found = await findConservation(deps.db, productIds);
  const missing = productIds?.filter((id) => !found.some((row) => row.productId === id)) ?? [];
  if (missing.length > 0) {
    throw new AppError('PRODUCT_NOT_FOUND', `no stock was ever seeded for ${missing.join(', ')}`, {
      hint: 'ordersctl audit without --product shows all that there are',
    });
  }
  let redisIsAway = false;
  const products = await inParallel(found, WIDTH, async (row) => {
    if (redisIsAway) return judge(row, null);
    try {
      return await auditProduct(deps, row);
    } catch (error) {
      if (!isRedisAway(error)) throw error;
      redisIsAway = true;
      return judge(row, null);
    }
  });
  // A product that was done before Redis went away keeps its figures.
  const ok = !redisIsAway && products.every((product) => product.problem === null);
  return redisIsAway ? { ok, products, unavailable: ['redis'] } : { ok, products };
}

async function auditProduct(deps: AuditDeps, first: Conservation): Promise<AuditedProduct> {
  const count = async () => (await findConservation(deps.db, [first.productId]))[0] ?? first;
  let steady: AuditedProduct | undefined;
  let closest: AuditedProduct | undefined;
  for (let looks = 0; looks < LOOKS; looks += 1) {
    if (looks > 0) await delay(PAUSE_MS);
    const before = await count();
    const look = await lookAtRedis(deps, first.productId);
    const after = await count();
    const audited = judge(after, look, movedBetween(before, after));
    if (!audited.moving && (audited.problem === null || isSame(audited, steady))) return audited;
    steady = audited.moving ? undefined : audited;
    if (closest === undefined || distance(audited) < distance(closest)) closest = audited;
  }
  return closest ?? judge(first, null);
}

function distance({ problem, drift }: AuditedProduct): number {
  return problem === null ? -1 : Math.abs(drift ?? Infinity);
}

/** @param moved units that moved in Postgres around the look */
function judge(row: Conservation, look: RedisLook | null, moved = 0): AuditedProduct {
  const { productId, seeded, claimed, held, sold } = row;
  const available = seeded - claimed;
  const movement = moved + (look?.moved ?? 0);
  const redisAvailable = look?.available ?? null;
  const inFlight = look === null || redisAvailable === null ? null : look.inFlight;
  const measured =
    redisAvailable === null || inFlight === null ? null : redisAvailable + inFlight - available;
  const drift = measured !== null && Math.abs(measured) <= movement ? 0 : measured;
  const problem = (): AuditProblem | null => {
    if (claimed !== held + sold) return 'unbalanced';
    if (look === null) return null;
    if (redisAvailable === null) return 'not-loaded';
    if (look.epoch !== row.epoch) return 'other-epoch';
    return drift === 0 ? null : 'drift';
  };
  const figures = { productId, seeded, available, held, sold, redisAvailable, inFlight, drift };
  return { ...figures, problem: problem(), moving: movement > 0 };
}

function movedBetween(before: Conservation, after: Conservation): number {
  return (
    Math.abs(after.seeded - before.seeded) +
    Math.abs(after.claimed - before.claimed) +
    Math.abs(after.held - before.held) +
    Math.abs(after.sold - before.sold)
  );
}

function isSame(a: AuditedProduct, b: AuditedProduct | undefined): boolean {
  return a.problem === b?.problem && a.drift === b.drift;
}
