/** The columns of the stock table, for the live screen and the plain frame alike. */
import type { GraphStyle } from '../state/model.js';
import type { ProductFigures } from '../state/snapshot.js';
import { fit, formatCount } from './numbers.js';
import { conservationMark } from './screen-text.js';
import { bar } from './sparkline.js';

const COLUMNS = [
  ['SEEDED', 8],
  ['AVAIL', 8],
  ['HELD', 7],
  ['SOLD', 8],
  ['REDIS', 8],
] as const;

export interface StockRowSize {
  readonly productWidth: number;
  readonly barWidth: number;
}

export function stockHeading({ productWidth, barWidth }: StockRowSize): string {
  const figures = COLUMNS.map(([title, width]) => title.padStart(width)).join('');
  const share = barWidth === 0 ? '' : ` ${fit('HELD+SOLD', barWidth + 5)}`;
  return `${'PRODUCT'.padEnd(productWidth)}${figures}${share} CONSERVED`;
}

/** Name, figures and bar; the mark follows apart because it has a colour of its own. */
export function stockRow(
  product: ProductFigures,
  size: StockRowSize,
  graph: GraphStyle,
  ellipsis: string,
): { readonly text: string; readonly mark: string } {
  const values = [product.seeded, product.available, product.held, product.sold, product.redisAvailable];
  const figures = COLUMNS.map(([, width], index) =>
    formatCount(values[index] ?? null, width - 1).padStart(width),
  ).join('');
  const text =
    fit(product.productId, size.productWidth, ellipsis) + figures + shareBar(product, size.barWidth, graph);
  return { text: `${text} `, mark: conservationMark(product) };
}

function shareBar(product: ProductFigures, width: number, graph: GraphStyle): string {
  if (width === 0) return '';
  const share = product.seeded === 0 ? 0 : (product.held + product.sold) / product.seeded;
  return ` ${bar(share, width, graph)}${`${Math.floor(share * 100)}%`.padStart(5)}`;
}
