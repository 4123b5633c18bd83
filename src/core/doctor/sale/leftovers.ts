/** Whether an earlier sale has left anything behind: orders not yet final, or holds. */
import { sellingStateOf } from '../../catalog/selling-state.js';
import type { ProductRow } from '../../postgres/find-products.js';
import type { ProductDrift } from '../orders/quick-drift.js';
import { countOf } from '../name-some.js';
import { failed, ok, skipped, type Verdict } from '../verdict.js';
import type { SaleCheck } from './product-on-sale.js';

type Figures = Pick<ProductDrift, 'totals' | 'stock'>;

/** @param now by Redis. While it sells, orders and holds are what a sale is made of */
function judgeLeftovers(
  productId: string,
  product: ProductRow | undefined,
  figures: Figures | undefined,
  now: Date,
): Verdict {
  if (!product || !figures) return skipped('there is no stock');
  const { totals, stock } = figures;
  const found = `${countOf(stock.held, 'unit')} of live orders, ${countOf(totals.holds, 'hold')}`;
  if (stock.held === 0 && totals.holds === 0) return ok('none');
  if (sellingStateOf(product, now).state === 'open') return ok(`it sells already: ${found}`);
  return failed(
    `left from before: ${found}`,
    stock.held > 0 ? `ordersctl list --product ${productId}` : `ordersctl audit --product ${productId}`,
  );
}

export const leftovers: SaleCheck = ({ productId, product, redis, drift }) => ({
  id: 'sale.leftovers',
  title: 'leftovers',
  needs: ['tables', 'redis'],
  productId,
  async look(sources) {
    const [row, found, figures] = await Promise.all([
      sources.once(product),
      sources.once(redis),
      sources.once(drift),
    ]);
    return judgeLeftovers(productId, row, figures, found.now);
  },
});
