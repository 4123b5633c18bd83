/** The goods of the benchmark: one product that never runs out, one that has. */
import { hostname } from 'node:os';
import type { Log } from '../../core/log.js';
import { parseMoney } from '../../core/money.js';
import type { Pool } from '../../core/postgres/create-pool.js';
import { closeRedis, createRedis } from '../../core/redis/create-redis.js';
import type { Stack } from '../../dev/start-stack.js';
import { seedGoods } from '../rehearse/doors.js';
import { OPEN_PRODUCT, SOLD_OUT_PRODUCT } from './subjects.js';

/** More than any run can sell. */
const PLENTY = 100_000_000;

/** @param prefix of the server that sells them. @throws AppError as the seeding services do */
export async function seedBench(pool: Pool, stack: Stack, log: Log, prefix = ''): Promise<void> {
  const redis = createRedis(
    { url: stack.env['REDIS_URL'] ?? '', purpose: 'operator', applicationName: 'ordersctl-bench', prefix },
    log,
  );
  const price = parseMoney('49.90 EUR');
  try {
    const goods = [
      { productId: OPEN_PRODUCT, quantity: PLENTY, price, weight: 1 },
      { productId: SOLD_OUT_PRODUCT, quantity: 0, price, weight: 1 },
    ];
    await seedGoods({ pool, redis, prefix }, goods, { actor: 'bench', host: hostname() }, { closed: false });
  } finally {
    await closeRedis(redis);
  }
}
