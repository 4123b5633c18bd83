import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAtRest, expectOneSagaEach, waitForRest } from '../support/at-rest.js';
import { createPipeline, inParallel, placeOrder, type Answer, type Pipeline } from '../support/pipeline.js';
import { createSpace, type Space } from '../support/space.js';

const ROLES = ['serve', 'consume', 'worker'] as const;
const BUYERS = 400;
const UNITS = 150;

/** A buyer as a shop's front end is one: the same key again until there is an answer. */
async function buyWithRetries(pipeline: Pipeline, userId: string): Promise<Answer> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      const answer = await placeOrder(pipeline, {
        userId,
        productId: 'tee',
        quantity: 1,
        key: `key-of-${userId}`,
      });
      if (answer.status !== 503) return answer;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe.each(ROLES)('%s killed in mid-sale and started again', { timeout: 180_000 }, (victim) => {
  let space: Space;
  let pipeline: Pipeline;
  beforeAll(async () => {
    space = await createSpace(`fault-kill-${victim}`);
    await space.topics();
    // Short sweep ages, so that what the killed process left in Redis is given back within the test.
    pipeline = await createPipeline(space, {
      ORDERSCTL_HOLD_SWEEP_AGE: '3s',
      ORDERSCTL_SWEEP_INTERVAL: '2s',
      ORDERSCTL_SIMULATED_DECLINE_USERS: 'declined-',
    });
    await pipeline.json(['seed-stock', '--product', 'tee', '--quantity', String(UNITS)]);
    await pipeline.json(['seed-prices', '--product', 'tee', '--price', '49.90 EUR']);
    await Promise.all(ROLES.map((role) => pipeline.start(role)));
  });
  afterAll(async () => {
    await pipeline.stopAll();
    await space.close();
  });

  it('loses no accepted order, sells no unit twice and leaves a clean audit', async () => {
    const accepted: { orderId: string; userId: string }[] = [];
    let answered = 0;
    let killed: Promise<unknown> | undefined;
    await inParallel(Array.from({ length: BUYERS }), 25, async (_, n) => {
      const userId = `${n % 10 === 0 ? 'declined' : 'buyer'}-${n}`;
      const answer = await buyWithRetries(pipeline, userId);
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
