import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSilentLog } from '../../../src/core/log.js';
import { abandonReservations } from '../../../src/core/postgres/abandon-reservations.js';
import {
  acceptOrders,
  type AcceptOutcome,
  type AcceptRow,
} from '../../../src/core/postgres/accept-orders.js';
import { createPool } from '../../../src/core/postgres/create-pool.js';
import { findOrder, findOrderByReservation } from '../../../src/core/postgres/find-order.js';
import { findTimeline } from '../../../src/core/postgres/find-timeline.js';
import { createSpace, type Space } from '../../support/space.js';
import { createTcpProxy } from '../../support/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';
import { acceptOne, claimedOf, expectConserved, makeProduct, makeRow, UNIT_PRICE } from './fixture.js';

let space: Space;
beforeAll(async () => {
  space = await createSpace('accept');
});
afterAll(async () => {
  await space.close();
});

async function kindsOf(rows: readonly AcceptRow[]): Promise<AcceptOutcome['kind'][]> {
  const outcomes = await acceptOrders(space.pool, rows);
  return rows.map((row) => outcomes.get(row.reservationId)?.kind ?? 'again');
}

describe('an accepted row', () => {
  it('becomes a readable PENDING order with its event in the outbox', async () => {
    const productId = await makeProduct(space.pool, 10);
    const row = makeRow(productId, { quantity: 3 });
    const outcome = (await acceptOrders(space.pool, [row])).get(row.reservationId);
    expect(outcome).toMatchObject({
      kind: 'new',
      order: { reservationId: row.reservationId, productId, quantity: 3, status: 'PENDING', version: 1 },
    });
    if (outcome?.kind !== 'new') return;
    expect(outcome.order.amount).toEqual({ amountMinor: 3 * UNIT_PRICE.amountMinor, currency: 'EUR' });

    const order = await findOrder(space.pool, outcome.order.orderId);
    expect(order).toMatchObject({ ...outcome.order, paid: false, payBy: null, failureCode: null });
    expect(await findOrderByReservation(space.pool, row.reservationId)).toEqual(order);
    const [event, ...more] = await findTimeline(space.pool, outcome.order.orderId);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      eventId: outcome.eventId,
      type: 'PENDING',
      version: 1,
      topics: ['orders.reservations'],
      publishedAt: null,
    });
    expect(await claimedOf(space.pool, productId)).toBe(3);
  });

  it('answers the same order when it is submitted again, and claims nothing more', async () => {
    const productId = await makeProduct(space.pool, 1);
    const row = makeRow(productId);
    const first = (await acceptOrders(space.pool, [row])).get(row.reservationId);
    const second = (await acceptOrders(space.pool, [row])).get(row.reservationId);
    if (first?.kind !== 'new' || second?.kind !== 'known') throw new Error('expected new, then known');
    expect(second.order).toEqual(first.order);
    expect(second).toMatchObject({ userId: row.userId, bodyHash: row.bodyHash });
    expect(await claimedOf(space.pool, productId)).toBe(1);
  });

  it('tells of the stored body, not of the one submitted, when the id is reused', async () => {
    const productId = await makeProduct(space.pool, 10);
    const row = makeRow(productId, { quantity: 2 });
    await acceptOrders(space.pool, [row]);
    const reused = { ...row, quantity: 5, bodyHash: 'another' };
    const outcome = (await acceptOrders(space.pool, [reused])).get(row.reservationId);
    expect(outcome).toMatchObject({ kind: 'known', bodyHash: row.bodyHash, order: { quantity: 2 } });
    expect(await claimedOf(space.pool, productId)).toBe(2);
  });

  it('gets an id that sorts after those made a moment before', async () => {
    const productId = await makeProduct(space.pool, 2);
    const first = await acceptOne(space.pool, productId);
    await waitFor(() => Date.now() > first.createdAt.getTime() + 2, { what: 'the clock to move' });
    const second = await acceptOne(space.pool, productId);
    expect(second.orderId > first.orderId).toBe(true);
    expect(second.orderId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/);
  });
});

describe('a refused row', () => {
  it('is told that nothing is left, leaves no visible order, and ends its id for good', async () => {
    const productId = await makeProduct(space.pool, 1);
    const [taken, refused] = [makeRow(productId), makeRow(productId)];
    expect(await kindsOf([taken, refused])).toEqual(['new', 'no-units']);
    expect(await findOrderByReservation(space.pool, refused.reservationId)).toBeUndefined();
    expect(await kindsOf([refused])).toEqual(['ended']);
    expect(await claimedOf(space.pool, productId)).toBe(1);
    const { rows } = await space.pool.query<{ n: string }>(
      `select count(*) as n from order_events e join orders o using (order_id) where o.reservation_id = $1`,
      [refused.reservationId],
    );
    expect(rows[0]?.n).toBe('0');
  });

  it('takes nothing from smaller ones behind it: units go to all rows that fit, in order', async () => {
    const productId = await makeProduct(space.pool, 5);
    const rows = [3, 4, 1, 2, 1].map((quantity) => makeRow(productId, { quantity }));
    expect(await kindsOf(rows)).toEqual(['new', 'no-units', 'new', 'no-units', 'new']);
    expect(await claimedOf(space.pool, productId)).toBe(5);
  });

  it('meets a product that has no stock row as unknown, with nothing written', async () => {
    const row = makeRow('nobody-knows-this');
    expect(await kindsOf([row])).toEqual(['unknown-product']);
    expect(await kindsOf([row])).toEqual(['unknown-product']);
  });

  it('is stale when its hold was made under another epoch, and its id stays usable', async () => {
    const productId = await makeProduct(space.pool, 5);
    await space.pool.query('update stock set epoch = 2 where product_id = $1', [productId]);
    const old = makeRow(productId, { quantity: 5, epoch: 1 });
    const current = makeRow(productId, { quantity: 5, epoch: 2 });
    const outcomes = await acceptOrders(space.pool, [old, current]);
    expect(outcomes.get(old.reservationId)).toEqual({
      reservationId: old.reservationId,
      kind: 'stale',
      epoch: 2,
    });
    // The stale row stands first, and still takes nothing from the one behind it.
    expect(outcomes.get(current.reservationId)?.kind).toBe('new');
    const future = makeRow(productId, { epoch: 3 });
    expect(await kindsOf([future])).toEqual(['stale']);
    await space.pool.query('update stock set seeded = 6 where product_id = $1', [productId]);
    expect(await kindsOf([{ ...old, quantity: 1, epoch: 2 }])).toEqual(['new']);
  });

  it('answers known before stale, so a retry after a rebuild finds its order', async () => {
    const productId = await makeProduct(space.pool, 5);
    const row = makeRow(productId);
    await acceptOrders(space.pool, [row]);
    await space.pool.query('update stock set epoch = 9 where product_id = $1', [productId]);
    expect(await kindsOf([row])).toEqual(['known']);
  });

  it('loses against the sweep that ended its id before', async () => {
    const productId = await makeProduct(space.pool, 5);
    const row = makeRow(productId);
    const verdicts = await abandonReservations(space.pool, [row]);
    expect(verdicts.get(row.reservationId)?.verdict).toBe('release');
    expect(await kindsOf([row])).toEqual(['ended']);
    expect(await claimedOf(space.pool, productId)).toBe(0);
  });
});

describe('a row that Postgres cannot take', () => {
  it.each([
    ['a NUL in the user id', { userId: 'a\0b' }],
    ['a user id that is too long', { userId: 'x'.repeat(129) }],
    ['an empty user id', { userId: '' }],
    ['a quantity beyond int4', { quantity: 3_000_000_000 }],
    ['a fractional quantity', { quantity: 1.5 }],
    ['no price', { unitPrice: { amountMinor: 0, currency: 'EUR' } }],
    ['a price that is no number', { unitPrice: { amountMinor: Number.NaN, currency: 'EUR' } }],
    ['a currency of four letters', { unitPrice: { amountMinor: 1, currency: 'EURO' } }],
    ['a reservation id that is no UUID', { reservationId: 'not-a-uuid' }],
    ['a reservation id in capitals', { reservationId: randomUUID().toUpperCase() }],
    ['a NUL in the product id', { productId: 'p\0' }],
    ['a NUL in the body hash', { bodyHash: '\0' }],
  ])('with %s is rejected before it is sent, and its neighbours are accepted', async (_what, broken) => {
    const productId = await makeProduct(space.pool, 10);
    const rows = [makeRow(productId), makeRow(productId, broken), makeRow(productId)];
    expect(await kindsOf(rows)).toEqual(['new', 'rejected', 'new']);
    expect(await claimedOf(space.pool, productId)).toBe(2);
  });

  it('although it looked fine is found by splitting, and its neighbours are accepted', async () => {
    await space.pool.query(`alter table orders add constraint no_poison check (user_id not like 'poison%')`);
    try {
      const productId = await makeProduct(space.pool, 1_000);
      const rows = Array.from({ length: 50 }, (_, index) =>
        makeRow(productId, { userId: index === 7 || index === 31 ? `poison-${index}` : 'ann' }),
      );
      const outcomes = await acceptOrders(space.pool, rows);
      const kinds = rows.map((row) => outcomes.get(row.reservationId)?.kind);
      expect(kinds.filter((kind) => kind === 'new')).toHaveLength(48);
      expect([kinds[7], kinds[31]]).toEqual(['rejected', 'rejected']);
      expect(outcomes.get(rows[7]?.reservationId ?? '')).toMatchObject({
        reason: expect.stringContaining('no_poison') as string,
      });
      expect(await claimedOf(space.pool, productId)).toBe(48);
    } finally {
      await space.pool.query('alter table orders drop constraint no_poison');
    }
  });
});

it('finds the same orders again after the reply of the commit was lost', async () => {
  const url = new URL(space.databaseUrl);
  const proxy = await createTcpProxy({ host: url.hostname, port: Number(url.port) });
  url.port = String(proxy.port);
  const pool = createPool({ url: url.href, applicationName: 'lossy', max: 1 }, createSilentLog());
  try {
    const productId = await makeProduct(space.pool, 100);
    for (let round = 0; round < 5; round += 1) {
      const rows = Array.from({ length: 10 }, () => makeRow(productId));
      proxy.loseReplyTo(rows[0]?.reservationId ?? '');
      await expect(acceptOrders(pool, rows)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect(proxy.fired).toBe(round + 1);
      const outcomes = await acceptOrders(pool, rows);
      expect(new Set([...outcomes.values()].map((outcome) => outcome.kind))).toEqual(new Set(['known']));
      expect(await claimedOf(space.pool, productId)).toBe((round + 1) * 10);
    }
    await expectConserved(space.pool, [productId]);
  } finally {
    await pool.end();
    await proxy.close();
  }
});

it('refuses a batch that names an id twice, before anything is sent', async () => {
  const productId = await makeProduct(space.pool, 5);
  const row = makeRow(productId);
  await expect(acceptOrders(space.pool, [row, row])).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(await claimedOf(space.pool, productId)).toBe(0);
});
