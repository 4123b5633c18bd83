import { describe } from 'vitest';
import { describeOutages } from './outages.js';

// `test/long/outages.test.ts` goes on for minutes; `killed-role.test.ts` kills each role once.
describe('in mid-sale', () => {
  describeOutages({
    // Longer than a start is waited for, and than a member of the group may be silent.
    pausedMs: 12_000,
    downMs: 1_000,
    kills: 0,
    payments: 150,
    timeOuts: 0.05,
    restWithinMs: 60_000,
  });
});
