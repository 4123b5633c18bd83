import { expect, it } from 'vitest';
import { tellReplayStory } from '../support/interrupted-replay.js';
import { createSpace } from '../support/space.js';

it('replays started three at once and interrupted twice hand each stuck order over once, and touch nothing final', async () => {
  const space = await createSpace('flow-replay');
  try {
    await tellReplayStory(space, { orders: 120, rate: 10 });
    expect.hasAssertions();
  } finally {
    await space.close();
  }
}, 600_000);
