/** Lets the counter of a loaded product follow the units seeded in Postgres, while reserves go on. */
import { AppError } from '../errors.js';
import type { OrdersRedis } from './create-redis.js';
import { productKeys } from './keys.js';
import { codeNameOf } from './reservation-codes.js';
import { runScript } from './scripts.js';

/** The stock row as committed. */
export interface StockLevel {
  readonly productId: string;
  readonly epoch: number;
  readonly seeded: number;
  /** Number of stock movements of the product: rises with every change of `seeded`. */
  readonly movements: number;
}

export type AdjustResult = 'adjusted' | 'already' | 'not-loaded' | 'other-epoch';

/**
 * Redis is told the level, not a difference, and remembers the level that its counter follows: it adds what lies
 * between. A call that is repeated, overtaken or skipped therefore counts neither twice nor never (I3), and units
 * in flight stay right because only the change of `seeded` moves the counter.
 * @throws AppError UNAVAILABLE
 */
export async function adjust(redis: OrdersRedis, prefix: string, level: StockLevel): Promise<AdjustResult> {
  const keys = productKeys(prefix, level.productId);
  const reply = await runScript(
    redis,
    'adjust',
    [keys.stock, keys.sale, keys.totals],
    [level.epoch, level.seeded, level.movements],
  );
  switch (codeNameOf(Array.isArray(reply) ? reply[0] : reply)) {
    case 'done':
      return 'adjusted';
    case 'already':
      return 'already';
    case 'notLoaded':
      return 'not-loaded';
    case 'otherEpoch':
      return 'other-epoch';
    default:
      throw new AppError('INTERNAL', 'adjust answered an unknown code', { context: { reply } });
  }
}
