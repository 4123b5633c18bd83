/** What sells now, what opens when, and what has ended. */
import { sellingStateOf } from '../../catalog/selling-state.js';
import { formatDuration } from '../../duration.js';
import type { ProductRow } from '../../postgres/find-products.js';
import type { Check } from '../check.js';
import { nameSome } from '../name-some.js';
import { ok, warning, type Verdict } from '../verdict.js';
import { isForSale, productsLook } from './product-looks.js';

/** @param now by PostgreSQL */
function judgeSales(products: readonly ProductRow[], now: Date): Verdict {
  const counts = new Map<string, number>();
  const over: string[] = [];
  let nextMs: number | null = null;
  for (const product of products.filter(isForSale)) {
    const selling = sellingStateOf(product, now);
    const what = selling.state === 'opens-later' ? 'to open' : selling.state;
    counts.set(what, (counts.get(what) ?? 0) + 1);
    const { sale } = product;
    if (sale?.state === 'OPEN' && sale.closesAt && sale.closesAt <= now) over.push(product.productId);
    if (selling.state === 'opens-later') {
      const inMs = selling.opensAt.getTime() - now.getTime();
      nextMs = nextMs === null ? inMs : Math.min(nextMs, inMs);
    }
  }
  if (counts.size === 0) return ok('nothing to sell yet');
  const parts = [...counts].map(([what, count]) => `${count} ${what}`);
  const next = nextMs === null ? '' : `, the next in ${formatDuration(nextMs)}`;
  if (over.length > 0) {
    return warning(
      `${parts.join(', ')}${next}; open, and their window is over: ${nameSome(over)}`,
      `ordersctl sale close ${over[0]}`,
    );
  }
  return ok(`${parts.join(', ')}${next}`);
}

export const sales: Check = {
  id: 'products.sales',
  title: 'sales',
  needs: ['tables'],
  async look(sources) {
    const { readClock } = await import('../../postgres/read-clock.js');
    const [products, now] = await Promise.all([
      sources.once(productsLook),
      readClock(await sources.stores.postgres()),
    ]);
    return judgeSales(products, now);
  },
};
