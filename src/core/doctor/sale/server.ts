/** Whether the Redis that answers is the one that the product was loaded into. */
import type { LookedAt } from '../../catalog/look-at-loads.js';
import { LOAD_TEXT } from '../products/loaded.js';
import { loadsLook } from '../products/product-looks.js';
import { failed, ok, skipped, type Verdict } from '../verdict.js';
import type { SaleCheck } from './product-on-sale.js';

function judgeServer(productId: string, loads: readonly LookedAt[]): Verdict {
  const found = loads.find((load) => load.productId === productId);
  if (!found) return skipped('there is no stock to load');
  if (found.state === 'in-step') return ok('the same Redis since the load');
  return failed(LOAD_TEXT[found.state], `ordersctl restore ${productId}`);
}

export const server: SaleCheck = ({ productId }) => ({
  id: 'sale.server',
  title: 'since the load',
  needs: ['tables', 'redis'],
  productId,
  look: async (sources) => judgeServer(productId, await sources.once(loadsLook)),
});
