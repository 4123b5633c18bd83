import { describe, it } from 'vitest';
import { holdLimitedSale } from './limited-sale.js';

describe('a sale of two per customer behind two replicas of serve', { timeout: 180_000 }, () => {
  // `test/long/customer-limit.test.ts` has 5,000 buyers.
  it('lets nobody have more at any moment, sells no unit twice and leaves a clean audit', () =>
    holdLimitedSale({ buyers: 200, units: 150, sagas: true }));
});
