/** Whether Redis has room for the holds, limits and done marks of a whole sale. */
import type { ProductRow } from '../../postgres/find-products.js';
import { formatBytes, memoryOf, type RedisMemory } from '../redis/memory.js';
import { redisServer } from '../redis/redis-server.js';
import { failed, ok, skipped, warning, type Verdict } from '../verdict.js';
import type { SaleCheck } from './product-on-sale.js';

/** Of one unit bought by one customer: hold, count of the customer, done mark; measured at about 500 on Redis 7. */
const BYTES_PER_UNIT = 600;

function judgeRoom(product: ProductRow | undefined, memory: RedisMemory | null): Verdict {
  if (!product?.stock) return skipped('there is no stock');
  if (memory === null) return warning('Redis does not say how much it has');
  const need = (product.stock.seeded - product.stock.claimed) * BYTES_PER_UNIT;
  const left = memory.totalBytes - memory.usedBytes;
  const text = `about ${formatBytes(need)} for all units, ${formatBytes(left)} left`;
  if (need < left) return ok(text);
  const wanted = Math.ceil((memory.usedBytes + 2 * need) / 1_048_576);
  return failed(text, `redis-cli -u "$REDIS_URL" config set maxmemory ${wanted}mb`);
}

export const memory: SaleCheck = ({ productId, product }) => ({
  id: 'sale.memory',
  title: 'room in Redis',
  needs: ['tables', 'redis'],
  productId,
  async look(sources) {
    const [row, server] = await Promise.all([sources.once(product), sources.once(redisServer)]);
    return judgeRoom(row, memoryOf(server));
  },
});
