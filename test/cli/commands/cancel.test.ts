import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { acceptOrders } from '../../../src/core/postgres/accept-orders.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { findConservation } from '../../../src/core/postgres/find-conservation.js';
import { findOrder } from '../../../src/core/postgres/find-order.js';
import { recordCaptures } from '../../../src/core/postgres/record-capture.js';
import { readTotals } from '../../../src/core/redis/read-totals.js';
import { createReserve } from '../../../src/core/redis/reserve.js';
import { startSaga } from '../../../src/core/temporal/start-saga.js';
import { createTemporalClient } from '../../../src/core/temporal/create-temporal-client.js';
import { freePort } from '../../support/pipeline.js';
import { createSpace, type Space } from '../../support/space.js';
import { terminateSagas } from '../../support/terminate-sagas.js';
import { runCommand, runJson } from '../run-command.js';

interface Cancelled {
  readonly planned: { orderId: string; status: string; paid: boolean; action: string }[];
  readonly results: { orderId: string; outcome: string; refundDue: boolean; givenBack: boolean }[];
  readonly unavailable: { store: string }[];
}

const UNITS = 100;
let space: Space;
beforeAll(async () => {
  space = await createSpace('cli-cancel');
  await runJson(['seed-stock', '--product', 'tee', '--quantity', String(UNITS)], options());
  await runJson(['seed-prices', '--product', 'tee', '--price', '49.90 EUR'], options());
});
afterAll(() => space.close());

/** Nothing here needs Temporal, so most of it runs without. */
const options = (env: Record<string, string> = {}) => ({ env: { ...withoutTemporal(), ...env } });
const withoutTemporal = (): Record<string, string> => {
  const { TEMPORAL_ADDRESS: _unused, ...rest } = space.environment;
  return rest;
};
const cancel = (args: string[], code = 0) => runJson<Cancelled>(['cancel', ...args], options(), code);
const raw = (args: string[], env = {}) => runCommand(['cancel', ...args], options(env));
const NOBODY = '00000000-0000-4000-8000-000000000000';

async function order(): Promise<string> {
  const reservationId = randomUUID();
  const reserved = await createReserve(
    space.redis,
    space.prefix,
  )({ reservationId, productId: 'tee', userId: 'ada', quantity: 1, bodyHash: 'h' });
  if (reserved.kind !== 'reserved') throw new Error(reserved.kind);
  const accepted = (await acceptOrders(space.pool, [reserved.hold])).get(reservationId);
  if (accepted?.kind !== 'new') throw new Error(accepted?.kind);
  return accepted.order.orderId;
}
async function paid(): Promise<string> {
  const orderId = await order();
  await beginOrders(space.pool, [{ orderId, deadlineMs: 60_000 }]);
  await recordCaptures(space.pool, [
    {
      ...{ orderId, attempt: 1, gateway: 'simulated', gatewayReference: orderId },
      ...{ amountMinor: 4_990, currency: 'EUR' },
    },
  ]);
  return orderId;
}
/** Units that are claimed and held now; both counts agree. */
async function expectClaimed(units: number): Promise<void> {
  expect(await findConservation(space.pool, ['tee'])).toMatchObject([{ claimed: units }]);
  expect(await readTotals(space.redis, space.prefix, 'tee')).toMatchObject({
    available: UNITS - units,
    heldUnits: units,
  });
}
async function actions(): Promise<unknown[]> {
  const { rows } = await space.pool.query<{ found: unknown }>(
    `select jsonb_build_object('actor', actor, 'arguments', arguments, 'reason', reason, 'result', result) as found
     from operator_actions where command = 'cancel' order by action_id`,
  );
  return rows.map((row) => row.found);
}

it('cancels one order that is named, without asking, and leaves a record of who and why', async () => {
  const orderId = await order();
  expect(await cancel([orderId, '--reason', 'customer called'])).toEqual({
    plan: [{ action: 'cancel', orders: 1, units: 1, amounts: [{ amountMinor: 4_990, currency: 'EUR' }] }],
    counts: { cancelled: 1 },
    planned: [{ orderId, productId: 'tee', status: 'PENDING', paid: false, action: 'cancel' }],
    results: [{ orderId, outcome: 'cancelled', refundDue: false, givenBack: true, reason: null }],
    unavailable: [],
  });
  expect(await findOrder(space.pool, orderId)).toMatchObject({
    status: 'CANCELLED',
    failureCode: 'CANCELLED_BY_OPERATOR',
  });
  await expectClaimed(0);
  expect(await actions()).toEqual([
    {
      actor: 'test',
      arguments: { orderIds: [orderId], evenIfPaid: false },
      reason: 'customer called',
      result: { cancelled: 1 },
    },
  ]);
});

it('has nothing to do the second time, and records nothing', async () => {
  const orderId = await order();
  await cancel([orderId]);
  const before = await actions();
  const again = await cancel([orderId]);
  expect(again.planned).toMatchObject([{ action: 'skip' }]);
  expect(again.results).toMatchObject([{ outcome: 'already', givenBack: true }]);
  expect(await actions()).toEqual(before);
  await expectClaimed(0);
});

it('changes nothing as long as it is only asked what it would do, or not confirmed', async () => {
  const [first, second] = [await order(), await paid()];
  const shown = await cancel([first, second, '--even-if-paid', '--dry-run']);
  expect(shown.planned.map(({ action }) => action)).toEqual(['cancel', 'refund']);
  expect(shown.results).toEqual([]);
  const refused = await raw([first, second, '--even-if-paid']);
  expect(refused.code).toBe(EXIT.refused);
  expect(refused.stderr).toContain('cancel 2 orders for good, and have the money of 1 refunded');
  await expectClaimed(2);
  await cancel([first, second, '--even-if-paid', '--yes']);
  await expectClaimed(0);
});

it('leaves a paid order alone unless told otherwise; then its money is due for refund', async () => {
  const orderId = await paid();
  const kept = await raw([orderId]);
  expect(kept.code).toBe(EXIT.failed);
  expect(kept.stdout).toMatch(/PAYMENT_PENDING, paid +refuse/);
  expect(kept.stderr).toContain('--even-if-paid');
  await expectClaimed(1);

  const { results } = await cancel([orderId, '--even-if-paid']);
  expect(results).toMatchObject([{ outcome: 'cancelled', refundDue: true, givenBack: true }]);
  await expectClaimed(0);
  const { rows } = await space.pool.query('select refund_due, paid from orders where order_id = $1', [
    orderId,
  ]);
  expect(rows).toEqual([{ refund_due: true, paid: true }]);
});

it('never touches a confirmed order, and says which of several were left', async () => {
  const [confirmed, open] = [await paid(), await order()];
  await confirmOrders(space.pool, [confirmed]);
  const result = await raw([confirmed, open, '--even-if-paid', '--yes']);
  expect(result.code).toBe(EXIT.failed);
  expect(result.stderr).toContain('1 of 2 orders were not cancelled');
  expect((await findOrder(space.pool, confirmed))?.status).toBe('CONFIRMED');
  expect((await findOrder(space.pool, open))?.status).toBe('CANCELLED');
  expect(await findConservation(space.pool, ['tee'])).toMatchObject([{ claimed: 1, sold: 1 }]);
});

it('refuses all when one of the ids names no order', async () => {
  const orderId = await order();
  for (const unknown of [NOBODY, 'tee']) {
    const result = await runCommand(['cancel', orderId, unknown, '--yes', '--json'], options());
    expect(result.code).toBe(EXIT.failed);
    expect(JSON.parse(result.stderr)).toMatchObject({ error: { code: 'ORDER_NOT_FOUND' } });
  }
  expect(await raw([])).toMatchObject({ code: EXIT.usage });
  expect((await findOrder(space.pool, orderId))?.status).toBe('PENDING');
});

it('cancels with Temporal away, and says that the workflow was not told', async () => {
  const orderId = await order();
  const result = await raw([orderId], { TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}` });
  expect(result).toMatchObject({ code: EXIT.ok });
  expect(result.stderr).toContain('Temporal does not answer');
  expect((await findOrder(space.pool, orderId))?.status).toBe('CANCELLED');
});

it('decides with Redis away, says that the unit is not back, and gives it back when run again', async () => {
  const orderId = await order();
  const before = (await readTotals(space.redis, space.prefix, 'tee')).heldUnits;
  const away = { REDIS_URL: `redis://127.0.0.1:${await freePort()}` };
  const result = await runCommand(['cancel', orderId, '--json'], options(away));
  expect(result.code).toBe(EXIT.unreachable);
  expect((JSON.parse(result.stdout) as Cancelled).results).toMatchObject([
    { outcome: 'cancelled', givenBack: false },
  ]);
  expect((await findOrder(space.pool, orderId))?.status).toBe('CANCELLED');
  expect((await readTotals(space.redis, space.prefix, 'tee')).heldUnits).toBe(before);

  const again = await cancel([orderId]);
  expect(again.results).toMatchObject([{ outcome: 'already', givenBack: true }]);
  expect((await readTotals(space.redis, space.prefix, 'tee')).heldUnits).toBe(before - 1);
});

it('does not wait for long for a saga that no worker runs', async () => {
  const temporal = await createTemporalClient(space.config());
  const orderId = await order();
  await startSaga(temporal.client, space.prefix, orderId, { orderId, deadlineMs: 60_000 });
  try {
    const result = await runCommand(['cancel', orderId], { env: space.environment });
    expect(result.code).toBe(EXIT.ok);
    expect((await findOrder(space.pool, orderId))?.status).toBe('CANCELLED');
  } finally {
    await terminateSagas(temporal.client, [orderId]);
    await temporal.close();
  }
});
