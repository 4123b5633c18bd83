import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSections } from './guide-page.js';
import { createGuideStand, type GuideStand } from './guide-stand.js';
import { PENDING } from './pending.js';
import { runStep, type Situation } from './situation.js';
import { BEFORE } from './situations/before.js';
import { ORDERS } from './situations/orders.js';
import { SELLING } from './situations/selling.js';
import { STORES } from './situations/stores.js';

const PAGES: Readonly<Record<string, readonly Situation[]>> = {
  'docs/before-a-sale.md': BEFORE,
  'docs/operations.md': [...ORDERS, ...STORES, ...SELLING],
};

describe.each(Object.entries(PAGES))('the commands of %s', (path, situations) => {
  const sections = readSections(path);
  let stand: GuideStand;
  beforeAll(async () => {
    stand = await createGuideStand('guide');
  });
  afterAll(() => stand.close());

  it('are all run here, in their order', () => {
    const run = situations.map(({ heading, steps }) => ({
      heading,
      commands: steps.map(({ command }) => command),
    }));
    expect(run).toEqual(sections);
  });

  it.each(situations)('$heading', { timeout: 60_000 }, async ({ steps }) => {
    for (const step of steps) await runStep(stand, step, PENDING);
  });
});
