import { expect, it } from 'vitest';
import { tellReplayStory } from '../support/interrupted-replay.js';
import { createSpace } from '../support/space.js';

it('5,000 stuck orders, replayed three at once and interrupted twice, are each handed over once', async () => {
  const space = await createSpace('long-replay');
  try {
    await tellReplayStory(space, { orders: 5_000, rate: 400 });
    expect.hasAssertions();
  } finally {
    await space.close();
  }
}, 1_200_000);
