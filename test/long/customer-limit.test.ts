import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Pipeline } from '../support/pipeline.js';
import { createSpace, type Space } from '../support/space.js';
import { runLimitedSale, startLimitedSale } from '../flows/limited-sale.js';

/** `test/flows/customer-limit.test.ts` has fewer, whose orders are paid or declined meanwhile. */
const SALE = { buyers: 5_000, units: 4_500, sagas: false };

describe('5,000 buyers of two per customer behind two replicas of serve', () => {
  let space: Space;
  let replicas: readonly Pipeline[] = [];
  beforeAll(async () => {
    space = await createSpace('limit');
    await space.topics();
  });
  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.stopAll()));
    await space.close();
  });

  it('lets nobody have more at any moment, sells no unit twice and leaves a clean audit', async () => {
    const started = await startLimitedSale(space, SALE);
    replicas = started;
    await runLimitedSale(space, started, SALE);
  });
});
