/** Whether there is anything to sell, and everything that has a price has stock. */
import type { ProductRow } from '../../postgres/find-products.js';
import type { Check } from '../check.js';
import { countOf, nameSome } from '../name-some.js';
import { ok, warning, type Verdict } from '../verdict.js';
import { isForSale, productsLook } from './product-looks.js';

const SEED = (productId: string) => `ordersctl seed-stock --product ${productId} --quantity 100`;

function judgeStock(products: readonly ProductRow[]): Verdict {
  const bare = products
    .filter(({ active, price, stock }) => active && price !== null && (stock === null || stock.seeded === 0))
    .map(({ productId }) => productId);
  if (bare.length > 0) return warning(`a price without stock: ${nameSome(bare)}`, SEED(bare[0] ?? ''));
  const stocked = products.filter(isForSale);
  if (stocked.length === 0) return warning('no product has stock yet', SEED('tee'));
  const left = stocked.filter(({ stock }) => stock !== null && stock.claimed < stock.seeded);
  return ok(`${countOf(stocked.length, 'product')} with stock, ${left.length} with units left`);
}

export const stock: Check = {
  id: 'products.stock',
  title: 'stock',
  needs: ['tables'],
  look: async (sources) => judgeStock(await sources.once(productsLook)),
};
