/** When it sells: now, at a given time, or when somebody opens it. */
import { formatDuration } from '../../duration.js';
import type { ProductRow } from '../../postgres/find-products.js';
import { failed, ok, skipped, warning, type Verdict } from '../verdict.js';
import type { SaleCheck } from './product-on-sale.js';

/** @param now by Redis, whose clock decides */
function judgeWindow(productId: string, product: ProductRow | undefined, now: Date): Verdict {
  if (!product) return skipped('there is no such product');
  const { sale } = product;
  if (!sale) return ok('no sale of its own: open as soon as it has price and stock');
  const open = `ordersctl sale open ${productId}`;
  const { state, opensAt, closesAt } = sale;
  if (closesAt && closesAt <= now) {
    const ago = formatDuration(now.getTime() - closesAt.getTime());
    return failed(
      `its window ended ${ago} ago, at ${closesAt.toISOString()}`,
      `ordersctl sale set ${productId} --help`,
    );
  }
  if (state !== 'OPEN') return warning(`${state.toLowerCase()}: sells nothing until somebody opens it`, open);
  const until = closesAt ? `, until ${closesAt.toISOString()}` : '';
  if (!opensAt || opensAt <= now) return ok(`open now${until}`);
  const inMs = opensAt.getTime() - now.getTime();
  return ok(`opens in ${formatDuration(inMs)}, at ${opensAt.toISOString()}${until}`);
}

export const window: SaleCheck = ({ productId, product, redis }) => ({
  id: 'sale.window',
  title: 'window',
  needs: ['tables', 'redis'],
  productId,
  async look(sources) {
    const [row, found] = await Promise.all([sources.once(product), sources.once(redis)]);
    return judgeWindow(productId, row, found.now);
  },
});
