/** Whether somebody has decided how many a customer may have. */
import type { ProductRow } from '../../postgres/find-products.js';
import { ok, skipped, warning, type Verdict } from '../verdict.js';
import type { SaleCheck } from './product-on-sale.js';

function judgeSaleLimits(productId: string, product: ProductRow | undefined): Verdict {
  if (!product) return skipped('there is no such product');
  const { sale } = product;
  if (!sale) {
    return warning(
      'nobody has said how many a customer may have: as many as there are',
      `ordersctl sale set ${productId} --max-per-customer 2`,
    );
  }
  const text = (limit: number | null, of: string) =>
    limit === null ? `any number per ${of}` : `${limit} per ${of}`;
  return ok(`${text(sale.maxPerCustomer, 'customer')}, ${text(sale.maxPerOrder, 'order')}`);
}

export const limits: SaleCheck = ({ productId, product }) => ({
  id: 'sale.limits',
  title: 'limits',
  needs: ['tables'],
  productId,
  look: async (sources) => judgeSaleLimits(productId, await sources.once(product)),
});
