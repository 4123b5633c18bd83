/** Redis: counter and held units per product, read by one small script each. */
import type { ConfigWith } from '../../../core/config/require-settings.js';
import type { Log } from '../../../core/log.js';
import { createRedis } from '../../../core/redis/create-redis.js';
import { toRedisError } from '../../../core/redis/redis-errors.js';
import { readTotals } from '../../../core/redis/read-totals.js';
import type { RedisLine } from '../state/model.js';
import type { TopSource } from './top-source.js';

/** As many as a screen can show, in one pipeline: the cost of watching stays the same however many are on sale. */
const PRODUCTS_AT_MOST = 100;

/** @param productIds which products there are by now; asked with every poll */
export function createRedisSource(
  config: ConfigWith<'redisUrl'>,
  productIds: () => readonly string[],
  log: Log,
): TopSource {
  const redis = createRedis(
    { url: config.redisUrl, purpose: 'operator', prefix: config.prefix, applicationName: 'ordersctl-top' },
    log,
  );

  async function readLine(productId: string): Promise<RedisLine> {
    const { available, heldUnits } = await readTotals(redis, config.prefix, productId);
    return { productId, available, heldUnits };
  }

  return {
    name: 'redis',
    after: 'postgres',
    async poll() {
      const ids = productIds().slice(0, PRODUCTS_AT_MOST);
      // Without products it still says whether Redis is there.
      if (ids.length === 0) await redis.ping().catch(rethrow);
      return { source: 'redis', products: await Promise.all(ids.map(readLine)) };
    },
    close() {
      redis.disconnect();
      return Promise.resolve();
    },
  };
}

function rethrow(error: unknown): never {
  throw toRedisError(error);
}
