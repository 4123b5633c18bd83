/** Folds the busy seconds of a sale into its pace and its time line, in memory that does not grow with the sale. */
import type { OrderSecond } from '../postgres/report/walk-order-seconds.js';

export interface ProductPace {
  peakOrders: number;
  peakSales: number;
  lastSaleAt: Date | null;
  soldOutAt: Date | null;
}

export interface StretchCounts {
  accepted: number;
  confirmed: number;
}

export interface SecondsFold {
  /** Rows by second, then product. */
  readonly add: (rows: readonly OrderSecond[]) => void;
  /** Empty id: all products together. */
  readonly paceOf: (productId: string) => ProductPace;
  /** By number, counted from `since`. */
  readonly stretches: ReadonlyMap<number, StretchCounts>;
}

export interface FoldOptions {
  readonly since: Date;
  readonly stretchSeconds: number;
  /** Later ones are not on the time line. */
  readonly stretchCount: number;
  /** Units there were before the first movement, by product. */
  readonly unitsBefore: ReadonlyMap<string, number>;
}

const ALL = '';
const newPace = (): ProductPace => ({ peakOrders: 0, peakSales: 0, lastSaleAt: null, soldOutAt: null });

export function createSecondsFold(options: FoldOptions): SecondsFold {
  const { since, stretchSeconds, stretchCount } = options;
  const paces = new Map<string, ProductPace>();
  const left = new Map(options.unitsBefore);
  const stretches = new Map<number, StretchCounts>();
  let current = { at: NaN, accepted: 0, confirmed: 0 };
  // Whether all are sold out is counted, not looked up for every second.
  const soldOut = new Set<string>();

  function paceOf(productId: string): ProductPace {
    let pace = paces.get(productId);
    if (!pace) paces.set(productId, (pace = newPace()));
    return pace;
  }

  function addToPace(pace: ProductPace, accepted: number, confirmed: number, second: Date): void {
    pace.peakOrders = Math.max(pace.peakOrders, accepted);
    pace.peakSales = Math.max(pace.peakSales, confirmed);
    if (confirmed > 0) pace.lastSaleAt = second;
  }

  function follow(row: OrderSecond): void {
    const { productId, second, lastClaimAt } = row;
    const units = (left.get(productId) ?? 0) + row.seededUnits - row.claimedUnits + row.releasedUnits;
    left.set(productId, units);
    if (units > 0) soldOut.delete(productId);
    if (units > 0 || row.claimedUnits === 0) return;
    soldOut.add(productId);
    const at = lastClaimAt ?? second;
    paceOf(productId).soldOutAt ??= at;
    if (soldOut.size === left.size) paceOf(ALL).soldOutAt ??= at;
  }

  return {
    add(rows) {
      for (const row of rows) {
        const at = row.second.getTime();
        if (at !== current.at) current = { at, accepted: 0, confirmed: 0 };
        current.accepted += row.accepted;
        current.confirmed += row.confirmed;
        addToPace(paceOf(row.productId), row.accepted, row.confirmed, row.second);
        addToPace(paceOf(ALL), current.accepted, current.confirmed, row.second);
        follow(row);
        const number = Math.max(0, Math.floor((at - since.getTime()) / 1_000 / stretchSeconds));
        if (number >= stretchCount || row.accepted + row.confirmed === 0) continue;
        const stretch = stretches.get(number) ?? { accepted: 0, confirmed: 0 };
        stretch.accepted += row.accepted;
        stretch.confirmed += row.confirmed;
        stretches.set(number, stretch);
      }
    },
    paceOf,
    stretches,
  };
}
