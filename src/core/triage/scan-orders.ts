/** Finds the orders that stand at given hops: reads candidates page by page and asks every store about each page. */
import type { Order } from '../order.js';
import { listOrders, type OrderPage } from '../postgres/list-orders.js';
import { diagnose, type Diagnosis } from './diagnose.js';
import { findHops, type Hop } from './find-hop.js';
import { searchFor } from './hop-search.js';
import { triageOrders } from './triage-orders.js';
import type { TriageSources } from './triage-sources.js';

export interface TriagedRow {
  readonly order: Order;
  /** The first is the one that counts. */
  readonly hops: readonly Hop[];
  readonly diagnosis: Diagnosis;
}

export interface HopScan {
  readonly wanted: ReadonlySet<Hop>;
  /** Filter and order; where to begin. */
  readonly page: Omit<OrderPage, 'kinds' | 'limit'>;
  /** Candidates at most; the rest is for the next call. */
  readonly examineAtMost: number;
  readonly signal?: AbortSignal;
}

export interface ScannedRows {
  readonly rows: readonly TriagedRow[];
  /** Candidates looked at so far, and the last of them: where a scan that was broken off goes on. */
  readonly examined: number;
  readonly last: Order;
}

export interface ScanEnd {
  readonly examined: number;
  /** Null when every candidate was looked at. */
  readonly stoppedAfter: Order | null;
}

/** One look at Kafka, and a few at Redis, for so many at once. */
const PAGE = 500;

/**
 * @returns pages as they are found, empty ones included; at the end how far it came
 * @throws AppError UNAVAILABLE when Postgres is away; other stores are noted in `sources.answer`
 */
export async function* scanOrders(
  sources: TriageSources,
  scan: HopScan,
): AsyncGenerator<ScannedRows, ScanEnd, undefined> {
  const { wanted, examineAtMost, signal } = scan;
  const { kinds, stores } = searchFor(wanted);
  const db = await sources.postgres();
  let examined = 0;
  let last: Order | undefined;
  while (!signal?.aborted) {
    const limit = Math.min(PAGE, examineAtMost - examined);
    if (limit === 0) break;
    const orders = await listOrders(db, { ...scan.page, kinds, limit, after: last ?? scan.page.after });
    const found = await triageOrders(
      sources,
      orders.map(({ orderId }) => orderId),
      { stores },
    );
    const rows = orders.flatMap((order): TriagedRow[] => {
      const triaged = found.get(order.orderId);
      if (!triaged) return [];
      const hops = findHops(triaged.facts);
      return hops.some((hop) => wanted.has(hop)) ? [{ order, hops, diagnosis: diagnose(triaged.facts) }] : [];
    });
    examined += orders.length;
    last = orders.at(-1) ?? last;
    if (last) yield { rows, examined, last };
    if (orders.length < limit) return { examined, stoppedAfter: null };
  }
  return { examined, stoppedAfter: last ?? null };
}
