import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAtRest, expectOneSagaEach, waitForRest } from '../support/at-rest.js';
import { createPipeline, inParallel, placeUntilAnswered, type Pipeline } from '../support/pipeline.js';
import { createSpace, type Space } from '../support/space.js';

const ROLES = ['serve', 'consume', 'worker'] as const;
const BUYERS = 400;
const UNITS = 150;

describe('a role killed in mid-sale and started again', { timeout: 180_000 }, () => {
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
    await Promise.all(ROLES.map((role) => pipeline.start(role)));
  });
  afterAll(async () => {
    await pipeline.stopAll();
    await space.close();
  });

  it.each(ROLES)('%s: no accepted order lost, no unit sold twice, a clean audit', async (victim) => {
    const productId = `tee-${victim}`;
    await pipeline.json(['seed-stock', '--product', productId, '--quantity', String(UNITS)]);
    await pipeline.json(['seed-prices', '--product', productId, '--price', '49.90 EUR']);
    const accepted: { orderId: string; userId: string }[] = [];
    let answered = 0;
    let killed: Promise<unknown> | undefined;
    await inParallel(Array.from({ length: BUYERS }), 25, async (_, n) => {
      const userId = `${n % 10 === 0 ? 'declined' : 'buyer'}-${victim}-${n}`;
      const answer = await placeUntilAnswered(
        pipeline,
        { userId, productId, quantity: 1, key: `key-of-${userId}` },
        { timeoutMs: 60_000 },
      );
      answered += 1;
      if (answer.status === 202) accepted.push({ orderId: answer.body.orderId, userId });
      else expect([409]).toContain(answer.status);
      if (answered === 60) {
        killed = pipeline.stop(victim, 'SIGKILL').then(async (result) => {
          expect(result.signal).toBe('SIGKILL');
          await pipeline.start(victim);
        });
      }
    });
    expect(killed).toBeDefined();
    await killed;
    expect(accepted.length).toBeGreaterThanOrEqual(UNITS);
    await waitForRest(space, 90_000);
    await expectAtRest(pipeline, accepted);
    await expectOneSagaEach(space);
  });
});
