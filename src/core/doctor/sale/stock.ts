/** Whether there are units to sell. */
import type { ProductRow } from '../../postgres/find-products.js';
import { failed, ok, type Verdict } from '../verdict.js';
import type { SaleCheck } from './product-on-sale.js';

function judgeUnits(productId: string, product: ProductRow | undefined): Verdict {
  const stock = product?.stock;
  if (!stock || stock.seeded === 0) {
    return failed('no stock', `ordersctl seed-stock --product ${productId} --quantity 100`);
  }
  const left = stock.seeded - stock.claimed;
  if (left === 0) {
    return failed(
      `all ${stock.seeded} units are sold or held`,
      `ordersctl seed-stock --product ${productId} --add 100 --operation-id restock-1`,
    );
  }
  return ok(`${left} of ${stock.seeded} units`);
}

export const stock: SaleCheck = ({ productId, product }) => ({
  id: 'sale.stock',
  title: 'stock',
  needs: ['tables'],
  productId,
  look: async (sources) => judgeUnits(productId, await sources.once(product)),
});
