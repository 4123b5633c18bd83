/** Whether Redis holds the product, under the epoch and by the rules that Postgres has. */
import { agreementOf } from '../../catalog/effective-sale.js';
import type { ProductRow } from '../../postgres/find-products.js';
import type { SaleInRedis } from '../../redis/read-sale.js';
import { LOAD_TEXT } from '../products/loaded.js';
import { failed, ok, skipped, type Verdict } from '../verdict.js';
import type { SaleCheck } from './product-on-sale.js';

function judgeLoad(productId: string, product: ProductRow | undefined, redis: SaleInRedis): Verdict {
  if (!product?.stock) return skipped('there is no stock to load');
  const remedy = `ordersctl restore ${productId}`;
  const agreement = agreementOf(product, redis);
  switch (agreement) {
    case 'agrees':
      return ok(`loaded, epoch ${product.stock.epoch}, ${redis.available ?? 0} units free`);
    case 'no-stock':
      return skipped('there is no stock to load');
    case 'not-loaded':
    case 'other-epoch':
      return failed(LOAD_TEXT[agreement], remedy);
    case 'behind':
    case 'ahead':
      return failed('Redis has other sale rules than PostgreSQL', remedy);
  }
}

export const loaded: SaleCheck = ({ productId, product, redis }) => ({
  id: 'sale.loaded',
  title: 'in Redis',
  needs: ['tables', 'redis'],
  productId,
  async look(sources) {
    const [row, found] = await Promise.all([sources.once(product), sources.once(redis)]);
    return judgeLoad(productId, row, found);
  },
});
