/** Whether the product exists, is active and has a price. */
import { formatMoney } from '../../money.js';
import type { ProductRow } from '../../postgres/find-products.js';
import { failed, ok, type Verdict } from '../verdict.js';
import type { SaleCheck } from './product-on-sale.js';

function judgePrice(productId: string, product: ProductRow | undefined): Verdict {
  if (!product) {
    return failed('there is no such product', `ordersctl seed-stock --product ${productId} --quantity 100`);
  }
  if (!product.active) {
    return failed(
      'deactivated by a product event: only a later event brings it back',
      `ordersctl sale status ${productId}`,
    );
  }
  if (!product.price) {
    return failed('no price', `ordersctl seed-prices --product ${productId} --price '49.90 EUR'`);
  }
  return ok(formatMoney(product.price));
}

export const price: SaleCheck = ({ productId, product }) => ({
  id: 'sale.price',
  title: 'price',
  needs: ['tables'],
  productId,
  look: async (sources) => judgePrice(productId, await sources.once(product)),
});
