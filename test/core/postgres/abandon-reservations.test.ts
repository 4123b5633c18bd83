import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { abandonReservations } from '../../../src/core/postgres/abandon-reservations.js';
import { acceptOrders } from '../../../src/core/postgres/accept-orders.js';
import { claimLatePayments } from '../../../src/core/postgres/claim-late-payments.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findOrderByReservation } from '../../../src/core/postgres/find-order.js';
import { listOrders } from '../../../src/core/postgres/list-orders.js';
import { markHoldsDone } from '../../../src/core/postgres/mark-holds-done.js';
import { createSpace, type Space } from '../../support/space.js';
import { acceptAndBegin, capture, claimedOf, makeProduct, makeRow } from './fixture.js';

let space: Space;
beforeAll(async () => {
  space = await createSpace('abandon');
});
afterAll(async () => {
  await space.close();
});

async function verdictOf(row: Parameters<typeof abandonReservations>[1][number]) {
  return (await abandonReservations(space.pool, [row])).get(row.reservationId);
}

describe('a hold that was found', () => {
  it('without a row ends its id for good and is released', async () => {
    const row = makeRow(await makeProduct(space.pool, 5));
    expect(await verdictOf(row)).toEqual({ verdict: 'release', generation: 0 });
    expect(await verdictOf(row)).toEqual({ verdict: 'release', generation: 0 });
    expect((await acceptOrders(space.pool, [row])).get(row.reservationId)?.kind).toBe('ended');
    expect(await claimedOf(space.pool, row.productId)).toBe(0);
  });

  it('of an abandoned id is no order for anybody', async () => {
    const row = makeRow(await makeProduct(space.pool, 5));
    await verdictOf(row);
    expect(await findOrderByReservation(space.pool, row.reservationId)).toBeUndefined();
    expect(await listOrders(space.pool, { productIds: [row.productId], limit: 10 })).toEqual([]);
  });

  it('of a live order is left alone', async () => {
    const productId = await makeProduct(space.pool, 5);
    const row = makeRow(productId);
    await acceptOrders(space.pool, [row]);
    expect(await verdictOf(row)).toEqual({ verdict: 'leave', generation: 0 });
  });

  it('of a released order is released', async () => {
    const productId = await makeProduct(space.pool, 5);
    const row = makeRow(productId);
    const order = await acceptAndBegin(space.pool, productId, row);
    await endOrders(space.pool, [
      { orderId: order.orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' },
    ]);
    expect(await verdictOf(row)).toEqual({ verdict: 'release', generation: 0 });
  });

  it('of a sold order is settled; once its half is done a further one is a duplicate and released', async () => {
    const productId = await makeProduct(space.pool, 5);
    const row = makeRow(productId);
    const order = await acceptAndBegin(space.pool, productId, row);
    await capture(space.pool, order);
    expect((await verdictOf(row))?.verdict).toBe('leave');
    await confirmOrders(space.pool, [order.orderId]);
    expect(await verdictOf(row)).toEqual({ verdict: 'settle', generation: 0 });
    await markHoldsDone(space.pool, [{ orderId: order.orderId, generation: 0 }]);
    expect(await verdictOf(row)).toEqual({ verdict: 'release', generation: 0 });
  });

  it('tells the generation of an order that was claimed for again', async () => {
    const productId = await makeProduct(space.pool, 5);
    const row = makeRow(productId);
    const order = await acceptAndBegin(space.pool, productId, row);
    await endOrders(space.pool, [
      { orderId: order.orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' },
    ]);
    await capture(space.pool, order);
    await claimLatePayments(space.pool, [order.orderId]);
    expect(await verdictOf(row)).toEqual({ verdict: 'leave', generation: 1 });
  });

  it('under an id that was used for another product or body is released, and the order is left as it is', async () => {
    const productId = await makeProduct(space.pool, 5);
    const row = makeRow(productId);
    await acceptOrders(space.pool, [row]);
    expect((await verdictOf({ ...row, productId: 'another' }))?.verdict).toBe('release');
    expect((await verdictOf({ ...row, bodyHash: 'another' }))?.verdict).toBe('release');
    expect((await findOrderByReservation(space.pool, row.reservationId))?.status).toBe('PENDING');
    expect(await claimedOf(space.pool, productId)).toBe(1);
  });

  it('that is damaged is left alone and harms no other', async () => {
    const productId = await makeProduct(space.pool, 5);
    const good = makeRow(productId);
    const damaged = [
      { ...makeRow(productId), quantity: 0 },
      { ...makeRow(productId), reservationId: 'garbage' },
      { ...makeRow(productId), userId: '' },
    ];
    const verdicts = await abandonReservations(space.pool, [...damaged, good]);
    expect(damaged.map((hold) => verdicts.get(hold.reservationId)?.verdict)).toEqual([
      'leave',
      'leave',
      'leave',
    ]);
    expect(verdicts.get(good.reservationId)?.verdict).toBe('release');
  });
});

it('a sweep and an accept of the same ids at once agree on every one of them', async () => {
  const productId = await makeProduct(space.pool, 1_000);
  for (let round = 0; round < 10; round += 1) {
    const rows = Array.from({ length: 40 }, () => makeRow(productId, { reservationId: randomUUID() }));
    const [outcomes, verdicts] = await Promise.all([
      acceptOrders(space.pool, rows),
      abandonReservations(space.pool, [...rows].reverse()),
    ]);
    const again = await acceptOrders(space.pool, rows);
    for (const { reservationId } of rows) {
      const accepted = again.get(reservationId)?.kind === 'known';
      expect(verdicts.get(reservationId)?.verdict).toBe(accepted ? 'leave' : 'release');
      expect(outcomes.get(reservationId)?.kind).toMatch(accepted ? /^new$/ : /^(ended|again)$/);
    }
  }
});
