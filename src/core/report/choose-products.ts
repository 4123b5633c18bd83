/** Which products a report is about, and from when to when. */
import { AppError } from '../errors.js';
import type { Db } from '../postgres/db.js';
import { findProducts, type ProductRow } from '../postgres/find-products.js';
import { findOrderSpans, type OrderSpan } from '../postgres/report/find-order-spans.js';
import type { ReportQuery } from './collect-report.js';
import type { Report } from './report.js';
import { resolveMoment, windowOf } from './window.js';

export interface Chosen {
  readonly products: readonly ProductRow[];
  readonly spans: ReadonlyMap<string, OrderSpan>;
  readonly window: Report['window'];
  /** Products of which no order is older than the window: only of them it is known when they were sold out. */
  readonly wholeHistory: ReadonlySet<string>;
  /** When the first of them was made. */
  readonly madeAt: Date;
}

/** A report is read by people, and held in memory. */
export const MAX_PRODUCTS = 2_000;

/** @throws AppError PRODUCT_NOT_FOUND; USAGE for a window that cannot be, or too many products */
export async function chooseProducts(db: Db, query: ReportQuery, now: Date): Promise<Chosen> {
  const asked = {
    ...(query.since && { since: resolveMoment(query.since, now) }),
    ...(query.until && { until: resolveMoment(query.until, now) }),
  };
  const named = query.productIds && { productIds: query.productIds };
  const found = await findOrderSpans(db, { ...named, ...asked });
  assertKnown(query.productIds, found);
  const spans = query.productIds ? found : found.filter(({ firstOrderAt }) => firstOrderAt !== null);
  if (spans.length > MAX_PRODUCTS) {
    throw new AppError(
      'USAGE',
      `${spans.length} products have orders in this window, and a report takes ${MAX_PRODUCTS}`,
      {
        hint: 'Name some with --product, or narrow it with --since and --until',
      },
    );
  }
  const productIds = spans.map(({ productId }) => productId);
  const window = windowOf(asked, spans, now);
  const ever = asked.since ? await findOrderSpans(db, { productIds }) : spans;
  const since = window?.since ?? now;
  return {
    products: await findProducts(db, productIds),
    spans: new Map(spans.map((span) => [span.productId, span])),
    window,
    wholeHistory: new Set(
      ever.filter(({ firstOrderAt }) => firstOrderAt !== null && firstOrderAt >= since).map(idOf),
    ),
    madeAt: spans.reduce((first, { madeAt }) => (madeAt < first ? madeAt : first), since),
  };
}

const idOf = ({ productId }: OrderSpan) => productId;

function assertKnown(asked: readonly string[] | undefined, found: readonly OrderSpan[]): void {
  const known = new Set(found.map(idOf));
  const missing = asked?.filter((productId) => !known.has(productId)) ?? [];
  if (missing.length === 0) return;
  throw new AppError('PRODUCT_NOT_FOUND', `there is no product ${missing.join(', ')}`, {
    hint: 'ordersctl sale status shows all that there are',
  });
}
