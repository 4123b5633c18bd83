import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Pipeline } from '../support/pipeline.js';
import { createSpace, type Space } from '../support/space.js';
import { runLimitedSale, startLimitedSale } from './limited-sale.js';

/** `test/long/customer-limit.test.ts` has 5,000 buyers. */
const SALE = { buyers: 200, units: 150, sagas: true };

describe('a sale of two per customer behind two replicas of serve', { timeout: 180_000 }, () => {
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
