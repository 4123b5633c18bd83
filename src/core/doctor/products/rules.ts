/** Whether Redis goes by the sale rules that Postgres has. */
import type { SaleStatus } from '../../catalog/sale-status.js';
import type { Check } from '../check.js';
import { nameSome } from '../name-some.js';
import { failed, ok, type Verdict } from '../verdict.js';
import { salesLook } from './product-looks.js';

function judgeRules(sales: readonly Pick<SaleStatus, 'productId' | 'redis'>[]): Verdict {
  const apart = sales.filter(({ redis }) => redis === 'behind' || redis === 'ahead');
  if (apart.length === 0) return ok('those of PostgreSQL');
  const names = nameSome(apart.map(({ productId }) => productId));
  return failed(
    `Redis has other rules than PostgreSQL: ${names}`,
    `ordersctl restore ${apart[0]?.productId}`,
  );
}

export const rules: Check = {
  id: 'products.rules',
  title: 'rules in Redis',
  needs: ['tables', 'redis'],
  look: async (sources) => judgeRules((await sources.once(salesLook)).products),
};
