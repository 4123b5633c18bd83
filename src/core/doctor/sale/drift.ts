/** Whether the units of the product add up in both stores. */
import { judgeDrift } from '../orders/drift.js';
import { skipped } from '../verdict.js';
import type { SaleCheck } from './product-on-sale.js';

export const drift: SaleCheck = ({ productId, drift: look }) => ({
  id: 'sale.drift',
  title: 'units in Redis',
  needs: ['tables', 'redis'],
  productId,
  async look(sources) {
    const found = await sources.once(look);
    return found ? judgeDrift([found]) : skipped('there is no stock');
  },
});
