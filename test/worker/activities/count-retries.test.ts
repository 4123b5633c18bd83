import type { Context } from '@temporalio/activity';
import { expect, it } from 'vitest';
import { createRetryCount } from '../../../src/worker/activities/count-retries.js';

it('tells of further attempts only, and runs them all', async () => {
  let retries = 0;
  const factory = createRetryCount(() => (retries += 1));
  const run = (attempt: number) => {
    const { inbound } = factory({ info: { attempt } } as Context);
    return inbound?.execute?.({ args: [attempt], headers: {} }, (input) => Promise.resolve(input.args[0]));
  };
  expect([await run(1), await run(2), await run(3)]).toEqual([1, 2, 3]);
  expect(retries).toBe(2);
});
