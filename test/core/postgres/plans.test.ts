/**
 * Statements are prepared and their plans cached while the tables are empty; the sale then fills the tables under
 * them. A plan that scans would scan for ever.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSilentLog } from '../../../src/core/log.js';
import { abandonReservations } from '../../../src/core/postgres/abandon-reservations.js';
import { acceptOrders } from '../../../src/core/postgres/accept-orders.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { claimLatePayments } from '../../../src/core/postgres/claim-late-payments.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { countReplays } from '../../../src/core/postgres/count-replays.js';
import { createPool, type Pool } from '../../../src/core/postgres/create-pool.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findClaimedHolds } from '../../../src/core/postgres/find-claimed-holds.js';
import { findDueRefunds } from '../../../src/core/postgres/find-due-refunds.js';
import { findOpenRestocks } from '../../../src/core/postgres/find-open-restocks.js';
import { markRestocksDone } from '../../../src/core/postgres/mark-restocks-done.js';
import { requestRefunds } from '../../../src/core/postgres/request-refunds.js';
import { resolveReview } from '../../../src/core/postgres/resolve-review.js';
import { findHaltedOrders } from '../../../src/core/postgres/find-halted-orders.js';
import { findLastAttempts } from '../../../src/core/postgres/find-last-attempts.js';
import { findLatePayments } from '../../../src/core/postgres/find-late-payments.js';
import { findOrder, findOrderByReservation } from '../../../src/core/postgres/find-order.js';
import { findOrderFacts } from '../../../src/core/postgres/find-order-facts.js';
import { findOrdersByIds } from '../../../src/core/postgres/find-orders-by-ids.js';
import { findPayments } from '../../../src/core/postgres/find-payments.js';
import { findStuckOrders } from '../../../src/core/postgres/find-stuck-orders.js';
import { findSuspects } from '../../../src/core/postgres/find-suspects.js';
import { findTimeline } from '../../../src/core/postgres/find-timeline.js';
import { findUnfinishedEndings } from '../../../src/core/postgres/find-unfinished-endings.js';
import { findUnmovedOrders } from '../../../src/core/postgres/find-unmoved-orders.js';
import { findUnitLevels } from '../../../src/core/postgres/find-unit-levels.js';
import { findWaitingOrders } from '../../../src/core/postgres/find-waiting-orders.js';
import { listOrders } from '../../../src/core/postgres/list-orders.js';
import { listUserOrders } from '../../../src/core/postgres/list-user-orders.js';
import { markHoldsDone } from '../../../src/core/postgres/mark-holds-done.js';
import { markPublished } from '../../../src/core/postgres/mark-published.js';
import { measureOutbox } from '../../../src/core/postgres/measure-outbox.js';
import { recordCaptures } from '../../../src/core/postgres/record-capture.js';
import { quarantineOrders } from '../../../src/core/postgres/quarantine-orders.js';
import { requestPayments } from '../../../src/core/postgres/request-payments.js';
import { recordRefund } from '../../../src/core/postgres/record-refund.js';
import { refuseRefund } from '../../../src/core/postgres/refuse-refund.js';
import { requeueOrders } from '../../../src/core/postgres/requeue-orders.js';
import { selectUnpublished } from '../../../src/core/postgres/select-unpublished.js';
import { trackOrders } from '../../../src/core/postgres/track-orders.js';
import { createSpace, type Space } from '../../support/space.js';
import { makeRow, TO_PAY_MS } from './fixture.js';

const STORED = 20_000;
/** Far above what any of these needs for the few rows it is given, far below the table. */
const FEW = 600;
/** Without statistics these read all that is live, by its index; never the others. */
const AS_MANY_AS_LIVE: Readonly<Record<string, number>> = {
  listLiveOrders: 4_200,
  findStuckOrders: 4_200,
  findOverdueOrders: 4_200,
  findUnitLevels: 4_200,
};
const TABLES = ['orders', 'order_events', 'payments', 'stock'];

let space: Space;
/** One connection, so that every plan is cached where it is used. */
let pool: Pool;
beforeAll(async () => {
  space = await createSpace('plans');
  pool = createPool({ url: space.databaseUrl, applicationName: 'plans', max: 1 }, createSilentLog());
  // Statistics would come with autovacuum in a minute or so; until then the cached plans are all there is.
  for (const table of TABLES) await pool.query(`alter table ${table} set (autovacuum_enabled = false)`);
});
afterAll(async () => {
  await pool.end();
  await space.close();
});

interface Given {
  readonly orderIds: readonly string[];
  readonly productId: string;
}
const operations: Readonly<Record<string, (given: Given) => Promise<unknown>>> = {
  acceptOrders: ({ productId }) =>
    acceptOrders(
      pool,
      Array.from({ length: 20 }, () => makeRow(productId)),
    ),
  beginOrders: ({ orderIds }) =>
    beginOrders(
      pool,
      orderIds.map((orderId) => ({ orderId, deadlineMs: TO_PAY_MS })),
    ),
  trackOrders: ({ orderIds }) => trackOrders(pool, orderIds),
  recordCaptures: ({ orderIds }) =>
    recordCaptures(
      pool,
      orderIds.map((orderId) => ({
        orderId,
        attempt: 1,
        gateway: 'g',
        gatewayReference: orderId,
        amountMinor: 4990,
        currency: 'EUR',
      })),
    ),
  requestPayments: ({ orderIds }) => requestPayments(pool, orderIds),
  findLastAttempts: ({ orderIds }) => findLastAttempts(pool, orderIds),
  confirmOrders: ({ orderIds }) => confirmOrders(pool, orderIds),
  endOrders: ({ orderIds }) =>
    endOrders(
      pool,
      orderIds.map((orderId) => ({ orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' })),
    ),
  claimLatePayments: ({ orderIds }) => claimLatePayments(pool, orderIds),
  markHoldsDone: ({ orderIds }) =>
    markHoldsDone(
      pool,
      orderIds.map((orderId) => ({ orderId, generation: 0 })),
    ),
  abandonReservations: ({ productId }) =>
    abandonReservations(
      pool,
      Array.from({ length: 20 }, () => makeRow(productId)),
    ),
  requeueOrders: ({ orderIds }) =>
    requeueOrders(
      pool,
      orderIds.map((orderId) => ({ orderId, replayCount: 0 })),
    ),
  countReplays: ({ orderIds }) => countReplays(pool, orderIds),
  quarantineOrders: ({ orderIds }) => quarantineOrders(pool, orderIds, 'a reason'),
  findSuspects: ({ orderIds }) => findSuspects(pool, orderIds),
  findOverdueOrders: () => findUnmovedOrders(pool, { kind: 'waiting', olderThanMs: 0, limit: 20 }),
  findHaltedSuspects: () => findUnmovedOrders(pool, { kind: 'halted', olderThanMs: 0, limit: 20 }),
  recordRefund: ({ orderIds }) =>
    recordRefund(pool, { orderId: orderIds[0] ?? '', attempt: 1, refundReference: 'r' }),
  findOrder: ({ orderIds }) => findOrder(pool, orderIds[0] ?? ''),
  findOrderByReservation: () => findOrderByReservation(pool, randomUUID()),
  findOrdersByIds: ({ orderIds }) => findOrdersByIds(pool, orderIds),
  findTimeline: ({ orderIds }) => findTimeline(pool, orderIds[0] ?? ''),
  findPayments: ({ orderIds }) => findPayments(pool, orderIds[0] ?? ''),
  listUserOrders: () => listUserOrders(pool, { userId: 'user-7', limit: 20 }),
  listOrders: () => listOrders(pool, { limit: 20 }),
  listOrdersOfProduct: ({ productId }) => listOrders(pool, { productIds: [productId], limit: 20 }),
  listLiveOrders: () => listOrders(pool, { statuses: ['PENDING'], olderThanMs: 0, limit: 20 }),
  findOrderFacts: ({ orderIds }) => findOrderFacts(pool, orderIds),
  findUnitLevels: ({ productId }) => findUnitLevels(pool, [productId]),
  findStuckOrders: () => findStuckOrders(pool, { olderThanMs: 0, limit: 20 }),
  findUnfinishedEndings: () => findUnfinishedEndings(pool, { olderThanMs: 0, limit: 20 }),
  findLatePayments: () => findLatePayments(pool, { olderThanMs: 0, limit: 20 }),
  findDueRefunds: () => findDueRefunds(pool, { olderThanMs: 0, limit: 20, gateway: 'g', withoutOrders: [] }),
  findOpenRestocks: () => findOpenRestocks(pool, { olderThanMs: 0, limit: 20 }),
  requestRefunds: ({ orderIds }) =>
    requestRefunds(pool, { orderIds, restock: true, actor: 'a', reason: null }),
  markRestocksDone: ({ orderIds }) => markRestocksDone(pool, orderIds),
  resolveReview: ({ orderIds }) =>
    resolveReview(pool, {
      ...{ orderId: orderIds[0] ?? '', seen: null, as: 'keep', reference: 'r' },
      data: { cause: 'OTHER', as: 'keep', sweptAgain: false },
    }),
  findHaltedOrders: () => findHaltedOrders(pool, { status: 'PAYMENT_CONFIRMED', olderThanMs: 0, limit: 20 }),
  findWaitingOrders: () => findWaitingOrders(pool, { after: null, limit: 20 }),
  findWaitingOrdersAfter: ({ orderIds }) =>
    findWaitingOrders(pool, { after: { payBy: new Date(0), orderId: orderIds[0] ?? '' }, limit: 20 }),
  findClaimedHolds: ({ orderIds }) => findClaimedHolds(pool, orderIds),
  refuseRefund: ({ orderIds }) =>
    refuseRefund(pool, { orderId: orderIds[0] ?? '', attempt: 1, code: 'c', reviewReason: 'r' }),
  selectUnpublished: () => selectUnpublished(pool, { olderThanMs: 0, limit: 20 }),
  markPublished: () => markPublished(pool, ['1', '2', '3']),
  measureOutbox: () => measureOutbox(pool, 100),
};

async function rowsRead(): Promise<Record<string, number>> {
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ relname: string; n: string }>(
    `select relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as n from pg_stat_user_tables where relname = any($1)`,
    [TABLES],
  );
  return Object.fromEntries(rows.map((row) => [row.relname, Number(row.n)]));
}

it('every operation of the sale reads few rows of a full table with the plan it made for an empty one', async () => {
  // Beyond the fifth call a generic plan may be chosen, and is then kept.
  const nothing = { orderIds: Array.from({ length: 20 }, () => randomUUID()), productId: 'not-there' };
  for (let call = 0; call < 8; call += 1) for (const run of Object.values(operations)) await run(nothing);

  await pool.query(
    `insert into products (product_id, name) select 'p-' || n, 'x' from generate_series(1, 5000) n`,
  );
  await pool.query(
    `insert into stock (product_id, seeded, claimed) select 'p-' || n, 1000000, 100000 from generate_series(1, 5000) n`,
  );
  await pool.query(
    `insert into orders (reservation_id, user_id, product_id, quantity, unit_price_minor, amount_minor, currency, status, epoch, body_hash, hold_done, pay_by)
     select gen_random_uuid(), 'user-' || n % 5000, 'p-' || n % 5000 + 1, 1, 4990, 4990, 'EUR',
       case n % 10 when 0 then 'PENDING' when 5 then 'PAYMENT_PENDING' else 'CONFIRMED' end, 1, 'h', true,
       case n % 10 when 5 then now() + n * interval '1 second' end
     from generate_series(1, $1) n`,
    [STORED],
  );
  await pool.query(
    `insert into order_events (order_id, version, type, topics) select order_id, 1, 'PENDING', '{orders.reservations}' from orders`,
  );
  await pool.query(`insert into payments (order_id, attempt, status, amount_minor, currency, gateway, gateway_reference)
    select order_id, 1, 'CAPTURED', 4990, 'EUR', 'g', order_id::text from orders where status = 'CONFIRMED'`);

  const { rows } = await pool.query<{ order_id: string }>(
    `select order_id from orders where status = 'PENDING' limit 20`,
  );
  const given = { orderIds: rows.map((row) => row.order_id), productId: 'p-7' };
  const tooMany: string[] = [];
  for (const [name, run] of Object.entries(operations)) {
    const before = await rowsRead();
    await run(given);
    const after = await rowsRead();
    for (const table of TABLES) {
      const read = (after[table] ?? 0) - (before[table] ?? 0);
      if (read > (AS_MANY_AS_LIVE[name] ?? FEW)) tooMany.push(`${name} read ${read} rows of ${table}`);
    }
  }
  expect(tooMany).toEqual([]);
}, 60_000);
