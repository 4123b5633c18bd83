import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAtRest, expectOneSagaEach, waitForRest } from '../support/at-rest.js';
import { createPipeline, inParallel, placeOrder, readOrder, type Pipeline } from '../support/pipeline.js';
import { createSpace, type Space } from '../support/space.js';

describe('a sale with more buyers than units', { timeout: 120_000 }, () => {
  let space: Space;
  let pipeline: Pipeline;
  beforeAll(async () => {
    space = await createSpace('flow-sale');
    await space.topics();
    pipeline = await createPipeline(space);
    await Promise.all([
      pipeline.json(['seed-stock', '--product', 'tee', '--quantity', '100']),
      pipeline.json(['seed-prices', '--product', 'tee', '--price', '49.90 EUR']),
      pipeline.start('serve'),
    ]);
  });
  afterAll(async () => {
    await pipeline.stopAll();
    await space.close();
  });

  it('accepts exactly the units there are, and each accepted id is readable the moment it is answered', async () => {
    const buyers = Array.from({ length: 2_000 }, (_, n) => `buyer-${n}`);
    const accepted: { orderId: string; userId: string }[] = [];
    const codes = await inParallel(buyers, 2_000, async (userId) => {
      const answer = await placeOrder(pipeline, { userId, productId: 'tee', quantity: 1 });
      if (answer.status !== 202) return `${answer.status} ${answer.body.code}`;
      const read = await readOrder(pipeline, userId, answer.body.orderId);
      accepted.push({ orderId: answer.body.orderId, userId });
      return `202, read ${read.status}`;
    });
    const counts: Record<string, number> = {};
    for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
    expect(counts).toEqual({ '202, read 200': 100, '409 SOLD_OUT': 1_900 });
    expect(new Set(accepted.map((order) => order.orderId)).size).toBe(100);

    const before = await pipeline.json<{ products: unknown[] }>(['audit']);
    expect(before.products).toMatchObject([
      { productId: 'tee', seeded: 100, available: 0, held: 100, sold: 0, redisAvailable: 0, drift: 0 },
    ]);

    await Promise.all([pipeline.start('consume'), pipeline.start('worker')]);
    await waitForRest(space);
    const after = await expectAtRest(pipeline, accepted);
    expect(after.products).toMatchObject([{ sold: 100, available: 0 }]);
    await expectOneSagaEach(space);
  });

  it('drains and exits 0 when each role is told to end', async () => {
    const roles = ['serve', 'consume', 'worker'] as const;
    const ended = await Promise.all(roles.map((role) => pipeline.stop(role)));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
  });
});
