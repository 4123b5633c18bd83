/** Products as rows: where their units are, when they will be gone, and whether they add up. */
import { formatDuration } from '../../../core/duration.js';
import { formatCount } from '../format/numbers.js';
import { conservationMark } from '../format/screen-text.js';
import { bar } from '../format/sparkline.js';
import type { GraphStyle } from '../state/model.js';
import type { ProductFigures } from '../state/snapshot.js';
import type { Meaning } from '../views/colours.js';
import { toRow, type ListColumn, type ListRow } from './list-row.js';

export const PRODUCT_COLUMNS: readonly ListColumn[] = [
  { title: 'PRODUCT', width: 12, growsTo: 32 },
  { title: 'SEEDED', width: 7, align: 'right', drop: 0 },
  { title: 'AVAIL', width: 7, align: 'right' },
  { title: 'HELD', width: 6, align: 'right' },
  { title: 'SOLD', width: 7, align: 'right' },
  { title: 'STUCK', width: 5, align: 'right', drop: 2 },
  { title: 'REDIS', width: 7, align: 'right', wide: true },
  { title: 'HELD+SOLD', width: 10, growsTo: 40, drop: 3 },
  { title: '%', width: 4, align: 'right', drop: 1 },
  { title: 'ETA-0', width: 6, align: 'right' },
  { title: 'CONSERVED', width: 11 },
];
const STUCK = 5;
const MARK = 10;

export function productRows(products: readonly ProductFigures[]): ListRow[] {
  return products.map((product) => {
    const { productId, seeded, available, held, sold, stuckOrders, redisAvailable, secondsToZero } = product;
    const share = seeded === 0 ? 0 : (held + sold) / seeded;
    const mark = conservationMark(product);
    return toRow(
      productId,
      [
        productId,
        formatCount(seeded, 7),
        formatCount(available, 7),
        formatCount(held, 6),
        formatCount(sold, 7),
        formatCount(stuckOrders, 5),
        formatCount(redisAvailable, 7),
        (width: number, graph: GraphStyle) => bar(share, width, graph),
        `${Math.floor(share * 100)}%`,
        secondsToZero === null ? '-' : formatDuration(secondsToZero * 1_000),
        mark,
      ],
      {
        sortBy: [
          productId,
          seeded,
          available,
          held,
          sold,
          stuckOrders ?? 0,
          redisAvailable ?? -1,
          share,
          share,
          secondsToZero ?? Infinity,
          mark,
        ],
        meanings: {
          [MARK]: meaningOf(mark),
          [STUCK]: (stuckOrders ?? 0) > 0 ? 'bad' : undefined,
        },
        isProblem: !mark.startsWith('ok') || (stuckOrders ?? 0) > 0,
        text: `${productId} ${mark}`,
        productId,
      },
    );
  });
}

function meaningOf(mark: string): Meaning {
  if (mark === 'ok') return 'good';
  return mark.startsWith('ok') ? 'warning' : 'bad';
}
