import { describe, it } from 'vitest';
import { holdLimitedSale } from '../flows/limited-sale.js';

describe('5,000 buyers of two per customer behind two replicas of serve', () => {
  // `test/flows/customer-limit.test.ts` has fewer, whose orders are paid or declined meanwhile.
  it('lets nobody have more at any moment, sells no unit twice and leaves a clean audit', () =>
    holdLimitedSale({ buyers: 5_000, units: 4_500, sagas: false }));
});
