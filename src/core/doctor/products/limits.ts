/** How many products are sold without a limit for each customer. */
import type { ProductRow } from '../../postgres/find-products.js';
import type { Check } from '../check.js';
import { ok, type Verdict } from '../verdict.js';
import { isForSale, productsLook } from './product-looks.js';

function judgeLimits(products: readonly ProductRow[]): Verdict {
  const stocked = products.filter(isForSale);
  const limited = stocked.filter(({ sale }) => typeof sale?.maxPerCustomer === 'number');
  return ok(`${limited.length} of ${stocked.length} products with a limit for each customer`);
}

export const limits: Check = {
  id: 'products.limits',
  title: 'customer limits',
  needs: ['tables'],
  look: async (sources) => judgeLimits(await sources.once(productsLook)),
};
