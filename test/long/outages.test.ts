import { describe } from 'vitest';
import { describeOutages } from '../faults/outages.js';

// `test/faults/outages.test.ts` has the same in seconds.
describe('in mid-sale, at length', () => {
  describeOutages({
    pausedMs: 60_000,
    downMs: 10_000,
    kills: 10,
    payments: 1_000,
    timeOuts: 0.01,
    restWithinMs: 300_000,
  });
});
