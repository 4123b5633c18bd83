/** Whether Redis has as many units as Postgres, at a quick look. */
import type { Check } from '../check.js';
import { countOf, nameSome } from '../name-some.js';
import { failed, ok, type Verdict } from '../verdict.js';
import { driftLook, type ProductDrift } from './quick-drift.js';

export function judgeDrift(products: readonly Pick<ProductDrift, 'productId' | 'units'>[]): Verdict {
  const apart = products.filter(({ units }) => units !== 0);
  if (apart.length === 0) return ok(`as many as in PostgreSQL (${countOf(products.length, 'product')})`);
  const names = apart.map(({ productId, units }) => `${productId} ${units > 0 ? '+' : ''}${units}`);
  return failed(
    `Redis has other units than PostgreSQL: ${nameSome(names)}`,
    `ordersctl audit --product ${apart[0]?.productId}`,
  );
}

export const drift: Check = {
  id: 'orders.drift',
  title: 'units in Redis',
  needs: ['tables', 'redis'],
  look: async (sources) => judgeDrift(await sources.once(driftLook)),
};
