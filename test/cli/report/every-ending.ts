/** A sale in which orders come to every end there is, written by the same statements that the roles use. */
import { claimLatePayments } from '../../../src/core/postgres/claim-late-payments.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { endOrders, type OrderEnding } from '../../../src/core/postgres/end-orders.js';
import { findConservation } from '../../../src/core/postgres/find-conservation.js';
import { insertRoleStats } from '../../../src/core/postgres/insert-role-stats.js';
import { recordRefund } from '../../../src/core/postgres/record-refund.js';
import type { Space } from '../../support/space.js';
import { acceptAndBegin, acceptOne, capture } from '../../core/postgres/fixture.js';
import { runText } from '../run-command.js';

export const UNITS = 40;

/**
 * Of `tee`, at 49.90 EUR: 3 sold (one of them 2 units, one refunded after the sale, one paid twice), 1 sold after a late
 * payment, 1 expired, 1 expired whose late money went back, 1 expired whose late money waits, 1 cancelled by its customer,
 * 1 by an operator although paid, 1 declined, 2 open. `mug` was seeded and nobody wanted it.
 */
export async function holdSale(space: Space): Promise<void> {
  const { pool } = space;
  const options = { env: { ...space.environment, ORDERSCTL_ACTOR: 'ops <olga>' } };
  await runText(['seed-stock', '--product', 'tee', '--quantity', '50', '--reason', 'the drop'], options);
  await runText(
    ['seed-stock', '--product', 'tee', '--remove', '10', '--operation-id', 'broken', '--yes'],
    options,
  );
  await runText(['seed-prices', '--product', 'tee', '--price', '49.90 EUR'], options);
  await runText(['seed-stock', '--product', 'mug', '--quantity', '7'], options);
  await runText(['sale', 'set', 'tee', '--max-per-customer', '2'], options);

  // The commands have loaded Redis, which raised it.
  const epoch = (await findConservation(pool, ['tee']))[0]?.epoch ?? 1;
  const begin = (userId: string, quantity = 1) => acceptAndBegin(pool, 'tee', { userId, quantity, epoch });
  const sell = async (userId: string, quantity = 1) => {
    const order = await begin(userId, quantity);
    await capture(pool, order);
    await confirmOrders(pool, [order.orderId]);
    return order;
  };
  const end = (orderId: string, ending: Omit<OrderEnding, 'orderId'>) =>
    endOrders(pool, [{ orderId, ...ending }]);
  const expire = async (userId: string) => {
    const order = await begin(userId);
    await end(order.orderId, { status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' });
    return order;
  };

  await sell('ann', 2);
  const regretted = await sell('ben');
  await recordRefund(pool, { orderId: regretted.orderId, attempt: 1, refundReference: 'r-1' });
  const paidTwice = await sell('cid');
  await capture(pool, paidTwice, { attempt: 2 });
  await recordRefund(pool, { orderId: paidTwice.orderId, attempt: 2, refundReference: 'r-2' });

  const late = await expire('dan');
  await capture(pool, late);
  await claimLatePayments(pool, [late.orderId]);
  await confirmOrders(pool, [late.orderId]);
  await expire('eve');
  const tooLate = await expire('fay');
  await capture(pool, tooLate, { amountMinor: 1 });
  await recordRefund(pool, { orderId: tooLate.orderId, attempt: 1, refundReference: 'r-3' });
  await capture(pool, await expire('gus'));

  const changed = await begin('hal');
  await end(changed.orderId, { status: 'CANCELLED', failureCode: 'CANCELLED_BY_CUSTOMER' });
  const stopped = await begin('ida');
  await capture(pool, stopped);
  await end(stopped.orderId, { status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR', evenIfPaid: true });
  const declined = await begin('jon');
  await end(declined.orderId, { status: 'FAILED', failureCode: 'PAYMENT_DECLINED' });
  await begin('kim');
  await acceptOne(pool, 'tee', { userId: 'lea', epoch });

  await insertFigures(space);
  await runText(['sale', 'pause', 'tee', '--reason', 'a "<script>" & more', '--yes'], options);
}

/** What two replicas of `serve` would have counted meanwhile. */
async function insertFigures({ pool }: Space): Promise<void> {
  const second = new Date(Math.floor(Date.now() / 1_000) * 1_000);
  const row = { role: 'serve' as const, second };
  await insertRoleStats(pool, [
    {
      ...{ ...row, replica: 'a', productId: 'tee' },
      counts: { accepted: 7, SOLD_OUT: 1_200, CUSTOMER_LIMIT: 3 },
      latency: { accept: { 5: 6, 22: 1 } },
    },
    {
      ...{ ...row, replica: 'b', productId: 'tee' },
      counts: { accepted: 5, repeated: 2, SOLD_OUT: 34, SALE_PAUSED: 1 },
      latency: { accept: { 5: 4, 8: 1 } },
    },
    { ...row, replica: 'b', productId: '', counts: { RATE_LIMITED: 17, UNAUTHENTICATED: 2 }, latency: {} },
  ]);
}
