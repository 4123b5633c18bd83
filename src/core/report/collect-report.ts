/** Collects the closing report: Postgres on one snapshot, and the dead letters from Kafka when it answers. */
import { createPartialAnswer } from '../partial-answer.js';
import type { Pool } from '../postgres/create-pool.js';
import type { Db } from '../postgres/db.js';
import { readClock } from '../postgres/read-clock.js';
import { countCustomers } from '../postgres/report/count-customers.js';
import { findOperatorActions } from '../postgres/report/find-operator-actions.js';
import { findTopCustomers } from '../postgres/report/find-top-customers.js';
import { measureOrderTimes } from '../postgres/report/measure-order-times.js';
import { proveUnits, UNIT_PROOF_SQL } from '../postgres/report/prove-units.js';
import { sumMovements } from '../postgres/report/sum-movements.js';
import { sumOrders, type OrderGroup } from '../postgres/report/sum-orders.js';
import { sumPayments } from '../postgres/report/sum-payments.js';
import { walkOrderSeconds, type OrderSecond } from '../postgres/report/walk-order-seconds.js';
import { withSnapshot } from '../postgres/with-transaction.js';
import { binaryVersion } from '../version.js';
import { chooseProducts, type Chosen } from './choose-products.js';
import { TOP_CUSTOMERS } from './customer-figures.js';
import { createSecondsFold } from './fold-seconds.js';
import { makeReport } from './make-report.js';
import { sum } from './order-figures.js';
import { readFigures, readFigureSeries } from './read-figures.js';
import type { DeadLetterFigures, Report } from './report.js';
import { concerns, saleChangesOf, toReportedAction } from './reported-actions.js';
import { divide } from './stretches.js';
import type { Moment } from './window.js';

export interface ReportDeps {
  /** Its limit on statements is the report's. */
  readonly pool: Pool;
  /** Left out when Kafka is not configured. */
  readonly countDeadLetters?: (productIds: readonly string[] | undefined) => Promise<DeadLetterFigures>;
}

export interface ReportQuery {
  /** Unique; all products with orders in the window when left out. */
  readonly productIds?: readonly string[];
  /** The first order when left out. */
  readonly since?: Moment;
  /** The last order when left out. */
  readonly until?: Moment;
  /** Personal data: the user ids of those who bought most. */
  readonly withCustomers?: boolean;
  /** Told of every busy second, by second and product. */
  readonly onSeconds?: (seconds: readonly OrderSecond[]) => void;
}

/** Timelines looked at for how long orders took: enough for a 99th percentile, and about a second of reading. */
const SAMPLE = 20_000;
const ACTIONS_LISTED = 500;

/**
 * Every figure is of one moment, whatever goes on meanwhile. Kafka is asked afterwards, so that it holds no
 * transaction open.
 * @throws AppError PRODUCT_NOT_FOUND, USAGE; UNAVAILABLE when Postgres is away or a statement took too long
 */
export async function collectReport(deps: ReportDeps, query: ReportQuery): Promise<Report> {
  const read = await withSnapshot(deps.pool, (db) => readAll(db, query));
  const answer = createPartialAnswer();
  const { countDeadLetters } = deps;
  const deadLetters = countDeadLetters
    ? await answer.ask('kafka', () => countDeadLetters(query.productIds))
    : null;
  const notAsked = countDeadLetters ? [] : [{ store: 'kafka', reason: 'not configured' }];
  return makeReport({ ...read, deadLetters, unavailable: [...answer.unavailable, ...notAsked] });
}

async function readAll(db: Db, query: ReportQuery) {
  // A million orders are joined and added up in memory, and not through files on the server's disk.
  await db.query(`set local work_mem = '64MB'`);
  // Compiling a statement that runs once takes longer than it saves.
  await db.query('set local jit = off');
  const now = await readClock(db);
  const chosen = await chooseProducts(db, query, now);
  const productIds = chosen.products.map(({ productId }) => productId);
  // Without a window there is no order: the same statements then find nothing, at once.
  const scope = { productIds, since: chosen.window?.since ?? now, until: chosen.window?.until ?? now };
  const orders = await sumOrders(db, scope);
  const proofs = await proveUnits(db, productIds);
  const movements = await sumMovements(db, productIds);
  const everyNth = Math.max(1, Math.ceil(sum(orders, (group) => group.orders) / SAMPLE));
  const times = await measureOrderTimes(db, scope, everyNth);
  // A sale by default reaches from the making of its products to now; its figures do too.
  const around = chosen.window?.asked ? scope : { productIds, since: chosen.madeAt, until: now };
  const figures = await readFigures(db, scope, around, now);
  const most = times.find(({ productId }) => productId === null)?.mostConfirmedAt ?? scope.until;
  const division = divide(scope.since, most > scope.until ? most : scope.until);
  const isWhole = query.productIds === undefined;
  const fold = createSecondsFold({
    ...{ since: division.from, stretchSeconds: division.stretchSeconds, stretchCount: division.count },
    unitsBefore: unitsBeforeOf(proofs, movements),
  });
  const ids = idRangeOf(orders);
  if (ids) {
    await walkOrderSeconds(db, scope, ids, (seconds) => {
      fold.add(seconds);
      query.onSeconds?.(seconds);
    });
  }
  return {
    ...{
      madeAt: now,
      madeBy: `ordersctl ${binaryVersion()}`,
      chosen,
      isWhole,
      orders,
      proofs,
      movements,
      times,
    },
    payments: await sumPayments(db, scope),
    customers: await countCustomers(db, scope),
    topCustomers: query.withCustomers ? await findTopCustomers(db, scope, TOP_CUSTOMERS) : null,
    ...{ figures, division, fold },
    series: await readFigureSeries(db, productIds, isWhole, division),
    ...(await readActions(db, chosen, around, isWhole)),
    proof: { sql: UNIT_PROOF_SQL, parameters: [productIds], rows: proofs },
  };
}

export type ReadReport = Awaited<ReturnType<typeof readAll>> & Pick<Report, 'deadLetters' | 'unavailable'>;

async function readActions(
  db: Db,
  { products }: Chosen,
  { since, until }: { readonly since: Date; readonly until: Date },
  isWhole: boolean,
) {
  const found = await findOperatorActions(db, { since, until, limit: ACTIONS_LISTED });
  const ids = new Set(products.map(({ productId }) => productId));
  const all = found.actions.map(toReportedAction);
  const listed = isWhole ? all : all.filter((action) => concerns(action, ids));
  const left = found.count - found.actions.length;
  return {
    actions: { listed, count: listed.length + left },
    saleChanges: saleChangesOf(listed, ids),
  };
}

/** What is seeded now, less what it was changed by since. */
function unitsBeforeOf(
  proofs: Report['proof']['rows'],
  movements: readonly { readonly productId: string; readonly delta: number }[],
): Map<string, number> {
  const before = new Map(proofs.map(({ productId, seeded }) => [productId, seeded]));
  for (const { productId, delta } of movements) before.set(productId, (before.get(productId) ?? 0) - delta);
  return before;
}

function idRangeOf(groups: readonly OrderGroup[]): { lowestId: string; highestId: string } | null {
  if (groups.length === 0) return null;
  const lowest = groups.map(({ lowestId }) => lowestId).sort();
  const highest = groups.map(({ highestId }) => highestId).sort();
  return { lowestId: lowest[0] ?? '', highestId: highest.at(-1) ?? '' };
}
