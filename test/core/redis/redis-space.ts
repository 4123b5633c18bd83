/** A prefix of one's own on the shared Redis, and products to work with. */
import { randomBytes, randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { OPEN_TERMS } from '../../../src/core/catalog/effective-sale.js';
import { createSilentLog } from '../../../src/core/log.js';
import { closeRedis, createRedis, type OrdersRedis } from '../../../src/core/redis/create-redis.js';
import { createLoad, type ProductLoad } from '../../../src/core/redis/load.js';
import { createReserve, type Reservation, type ReserveResult } from '../../../src/core/redis/reserve.js';
import type { Hold } from '../../../src/core/redis/hold.js';
import type { SaleRules } from '../../../src/core/redis/stored-rules.js';
import { own } from '../../support/owned.js';
import '../../support/provided.js';

export interface RedisSpace {
  readonly redis: OrdersRedis;
  readonly prefix: string;
  /** Loads a product that sells at 49.90 EUR under epoch 1, and returns its id. */
  product(overrides?: Partial<ProductLoad>): Promise<string>;
  reserve(reservation: Partial<Reservation> & { productId: string }): Promise<ReserveResult>;
  /** The same, for a reservation that must succeed. */
  hold(reservation: Partial<Reservation> & { productId: string }): Promise<Hold>;
  close(): Promise<void>;
}

export const OPEN_SALE: SaleRules = { ...OPEN_TERMS, revision: 1 };

export function createRedisSpace(): RedisSpace {
  const prefix = `t-${inject('stack').runId}-${randomBytes(4).toString('hex')}`;
  const redis = createRedis(
    { url: inject('stack').redisUrl, purpose: 'operator', prefix, applicationName: 'test' },
    createSilentLog(),
  );
  const load = createLoad(redis, prefix);
  const reserve = createReserve(redis, prefix);
  const space: RedisSpace = {
    redis,
    prefix,
    async product(overrides = {}) {
      const productId = overrides.productId ?? `p-${randomBytes(4).toString('hex')}`;
      await load({
        productId,
        epoch: 1,
        available: 10,
        movements: 1,
        price: { amountMinor: 4990, currency: 'EUR' },
        revision: 1,
        sale: null,
        ...overrides,
      });
      return productId;
    },
    reserve: (reservation) =>
      reserve({ reservationId: randomUUID(), userId: 'ada', quantity: 1, bodyHash: 'b0d1', ...reservation }),
    async hold(reservation) {
      const result = await space.reserve(reservation);
      if (result.kind !== 'reserved') throw new Error(`not reserved: ${result.kind}`);
      return result.hold;
    },
    async close() {
      disown();
      const keys = await redis.keys(`${prefix}:*`);
      if (keys.length > 0) await redis.unlink(...keys);
      await closeRedis(redis);
    },
  };
  const disown = own(`redis space ${prefix}`, () => space.close());
  return space;
}
