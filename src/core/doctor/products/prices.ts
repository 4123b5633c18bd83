/** Whether everything that has stock has a price. */
import type { ProductRow } from '../../postgres/find-products.js';
import type { Check } from '../check.js';
import { countOf, nameSome } from '../name-some.js';
import { failed, ok, type Verdict } from '../verdict.js';
import { isForSale, productsLook } from './product-looks.js';

function judgePrices(products: readonly ProductRow[]): Verdict {
  const stocked = products.filter(isForSale);
  const bare = stocked.filter(({ price }) => price === null).map(({ productId }) => productId);
  if (bare.length > 0) {
    return failed(
      `stock without a price: ${nameSome(bare)}`,
      `ordersctl seed-prices --product ${bare[0]} --price '49.90 EUR'`,
    );
  }
  return ok(`${countOf(stocked.length, 'product')} with stock and price`);
}

export const prices: Check = {
  id: 'products.prices',
  title: 'prices',
  needs: ['tables'],
  look: async (sources) => judgePrices(await sources.once(productsLook)),
};
