import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../src/core/names.js';
import { expectAtRest, expectOneSagaEach, waitForRest } from '../support/at-rest.js';
import { createPipeline, inParallel, placeUntilAnswered, type Pipeline } from '../support/pipeline.js';
import { createSpace, type Space } from '../support/space.js';

const PRODUCT = 'tee';
const BUYERS = 600;
const UNITS = 400;
/** After so many answers; one waits until the one before is back. */
const KILLED_AFTER: ReadonlyMap<number, Role> = new Map([
  [60, 'serve'],
  [160, 'consume'],
  [260, 'worker'],
]);

describe('roles killed in mid-sale and started again', { timeout: 180_000 }, () => {
  let space: Space;
  let pipeline: Pipeline;
  beforeAll(async () => {
    space = await createSpace('fault-kill');
    await space.topics();
    // Short sweep ages, so that what the killed process left in Redis is given back within the test.
    pipeline = await createPipeline(space, {
      ORDERSCTL_HOLD_SWEEP_AGE: '3s',
      ORDERSCTL_SWEEP_INTERVAL: '2s',
      ORDERSCTL_SIMULATED_DECLINE_USERS: 'declined-',
    });
    await Promise.all([
      pipeline.json(['seed-stock', '--product', PRODUCT, '--quantity', String(UNITS)]),
      pipeline.json(['seed-prices', '--product', PRODUCT, '--price', '49.90 EUR']),
      ...ROLES.map((role) => pipeline.start(role)),
    ]);
  });
  afterAll(async () => {
    await pipeline.stopAll();
    await space.close();
  });

  async function killAndStart(victim: Role): Promise<Role> {
    const { rowCount } = await space.pool.query(
      `select from orders where status in ('PENDING', 'INVENTORY_RESERVED', 'PAYMENT_PENDING') limit 1`,
    );
    expect(rowCount, `${victim} was killed when it had nothing to do`).toBe(1);
    expect((await pipeline.stop(victim, 'SIGKILL')).signal).toBe('SIGKILL');
    await pipeline.start(victim);
    return victim;
  }

  it('serve, consume, worker: no accepted order lost, no unit sold twice, a clean audit', async () => {
    const accepted: { orderId: string; userId: string }[] = [];
    const killed: Role[] = [];
    let answered = 0;
    let killing = Promise.resolve();
    await inParallel(Array.from({ length: BUYERS }), 25, async (_, n) => {
      const userId = `${n % 10 === 0 ? 'declined' : 'buyer'}-${n}`;
      const answer = await placeUntilAnswered(
        pipeline,
        { userId, productId: PRODUCT, quantity: 1, key: `key-of-${userId}` },
        { timeoutMs: 60_000 },
      );
      answered += 1;
      if (answer.status === 202) accepted.push({ orderId: answer.body.orderId, userId });
      else expect(answer.body.code).toBe('SOLD_OUT');
      const victim = KILLED_AFTER.get(answered);
      if (victim) killing = killing.then(async () => void killed.push(await killAndStart(victim)));
    });
    await killing;
    expect(killed).toEqual(['serve', 'consume', 'worker']);
    expect(accepted.length).toBeGreaterThanOrEqual(UNITS);
    await waitForRest(space, 90_000);
    await expectAtRest(pipeline, accepted);
    await expectOneSagaEach(space);
  });
});
