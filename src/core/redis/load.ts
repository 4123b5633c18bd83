/** Loads a product into Redis: stages holds and limits in chunks, then switches everything in at one moment. */
import { AppError } from '../errors.js';
import type { Money } from '../money.js';
import type { OrdersRedis } from './create-redis.js';
import { DONE_MARK_SECONDS } from './end-hold.js';
import { formatHold, type Hold } from './hold.js';
import { productKeys, type ProductKeys } from './keys.js';
import { toRedisError } from './redis-errors.js';
import { codeNameOf } from './reservation-codes.js';
import { runScript } from './scripts.js';
import { formatPriceRules, formatSaleRules, type SaleRules } from './stored-rules.js';

export interface ProductLoad {
  readonly productId: string;
  /** Higher than any under which the product was loaded before; its accepts carry it (I12). */
  readonly epoch: number;
  /** Units free now: seeded − claimed, the units of `holds` being claimed. */
  readonly available: number;
  /** Units seeded in Postgres; later adjusts count from here. Default: available plus the units of `holds`. */
  readonly seeded?: number;
  /** How many stock movements led to `seeded`. */
  readonly movements?: number;
  readonly price: Money | null;
  readonly active?: boolean;
  /** `products.revision` */
  readonly revision: number;
  readonly sale: SaleRules | null;
  /** Holds of the live orders. */
  readonly holds?: readonly Omit<Hold, 'productId'>[];
  /** Units held or bought per user. Default: those of `holds`. */
  readonly limits?: readonly (readonly [userId: string, units: number])[];
  /** Reservations that have ended: they are marked, so that a resend holds nothing. */
  readonly ended?: readonly { readonly reservationId: string; readonly generation: number }[];
}

/** `already`: loaded under this epoch. `superseded`: a later epoch has begun, somebody else loads. */
export type LoadResult = 'loaded' | 'already' | 'superseded';
export type Load = (product: ProductLoad) => Promise<LoadResult>;

/** Fields per command: some 100 kB, a millisecond of Redis. */
const CHUNK = 1_000;
/** A load that crashed leaves its staging to expire. */
const STAGED_SECONDS = 900;

/**
 * The product sells from the moment of the switch, if price, sale state and window allow it.
 * A live product is unloaded first (unload.ts), so that no ending falls between the look at Postgres and the switch.
 * @throws AppError UNAVAILABLE; REBUILDING when Redis lost what was staged: load again under a new epoch
 */
export function createLoad(redis: OrdersRedis, prefix: string): Load {
  return async (product) => {
    const keys = productKeys(prefix, product.productId);
    const staged = { holds: keys.stagedHolds(product.epoch), limits: keys.stagedLimits(product.epoch) };
    const units = countUnits(product.holds ?? []);
    const holdCount = await stage(redis, staged.holds, storedHolds(product.holds ?? []));
    const limitCount = await stage(redis, staged.limits, product.limits ?? units.byUser);
    await markEnded(redis, keys, product.ended ?? []);
    const { sale } = product;
    const reply = await runScript(
      redis,
      'load',
      [keys.stock, keys.price, keys.sale, keys.holds, keys.limits, keys.totals, staged.holds, staged.limits],
      [
        product.epoch,
        product.available,
        product.seeded ?? product.available + units.total,
        product.movements ?? 0,
        units.total,
        holdCount,
        limitCount,
        formatPriceRules({
          price: product.price,
          active: product.active ?? true,
          revision: product.revision,
        }),
        sale?.revision ?? 0,
        ...(sale ? formatSaleRules(sale) : ['', '', '', '', '']),
      ],
    );
    return toLoadResult(product, reply);
  };
}

function toLoadResult(product: ProductLoad, reply: unknown): LoadResult {
  switch (codeNameOf(reply)) {
    case 'done':
      return 'loaded';
    case 'already':
      return 'already';
    case 'otherEpoch':
      return 'superseded';
    case 'incomplete':
      throw new AppError('REBUILDING', `Redis lost part of ${product.productId} while it was loaded`, {
        hint: 'Run the same command again',
        retryAfterSeconds: 1,
      });
    default:
      throw new AppError('INTERNAL', 'load answered an unknown code', { context: { reply } });
  }
}

function* storedHolds(holds: readonly Omit<Hold, 'productId'>[]): Iterable<[string, string]> {
  for (const hold of holds) yield [hold.reservationId, formatHold(hold)];
}

function countUnits(holds: readonly Omit<Hold, 'productId'>[]): {
  total: number;
  byUser: Map<string, number>;
} {
  const byUser = new Map<string, number>();
  let total = 0;
  for (const { userId, quantity } of holds) {
    total += quantity;
    byUser.set(userId, (byUser.get(userId) ?? 0) + quantity);
  }
  return { total, byUser };
}

/** The row's generation is the highest there is, so writing over an earlier mark is right. */
async function markEnded(
  redis: OrdersRedis,
  keys: ProductKeys,
  ended: NonNullable<ProductLoad['ended']>,
): Promise<void> {
  try {
    for (let start = 0; start < ended.length; start += CHUNK) {
      const chunk = ended.slice(start, start + CHUNK);
      await Promise.all(
        chunk.map((one) => redis.set(keys.done(one.reservationId), one.generation, 'EX', DONE_MARK_SECONDS)),
      );
    }
  } catch (error) {
    throw toRedisError(error);
  }
}

/** @returns the number of distinct fields written */
async function stage(
  redis: OrdersRedis,
  key: string,
  fields: Iterable<readonly [string, string | number]>,
): Promise<number> {
  const written = new Set<string>();
  let chunk: (string | number)[] = [];
  const flush = async () => {
    if (chunk.length === 0) return;
    await redis.hset(key, ...chunk);
    chunk = [];
  };
  try {
    await redis.unlink(key);
    for (const [field, value] of fields) {
      written.add(field);
      chunk.push(field, value);
      if (chunk.length >= 2 * CHUNK) await flush();
    }
    await flush();
    if (written.size > 0) await redis.expire(key, STAGED_SECONDS);
  } catch (error) {
    throw toRedisError(error);
  }
  return written.size;
}
