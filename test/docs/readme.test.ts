import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSections } from './guide-page.js';
import { createGuideStand, type GuideStand } from './guide-stand.js';
import { runStep, type Step } from './situation.js';

/** What other tests run, or what a test cannot run without harm to the machine. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'npm run demo': 'test/flows/demo.test.ts',
  'npm test': 'is this',
  'npm run setup': 'bin/setup.mjs runs before every test run',
  'alias ordersctl="node $PWD/bin/ordersctl.js"': 'test/cli/binary.test.ts',
  'ordersctl dev up -d': 'test/dev/up-and-down.test.ts',
  'ordersctl serve & ordersctl consume & ordersctl worker &': 'test/flows/sale.test.ts',
};

const HERE: readonly Step[] = [
  {
    command: 'ordersctl seed-stock --product tee --quantity 100',
    prints: /^tee +- +100 +0 +created /m,
  },
  { command: "ordersctl seed-prices --product tee --price '49.90 EUR'", prints: 'sells now' },
  {
    command: `curl -s localhost:8080/orders -H "authorization: Bearer $(ordersctl token --user ann)" -H 'content-type: application/json' -H 'idempotency-key: cart-17' -d '{"productId":"tee","quantity":1}'`,
    prints: /"status":"PENDING".*"amountMinor":4990/,
  },
];

describe('the commands of README.md', () => {
  let stand: GuideStand;
  beforeAll(async () => {
    stand = await createGuideStand('readme');
    // The token is made with the secret of the shop that is asked.
    stand.fill({ 'localhost:8080': stand.word('SHOP'), '$(ordersctl token --user ann)': '$TOKEN' });
  });
  afterAll(() => stand.close());

  it('are all run, here or by another test', () => {
    const commands = readSections('README.md', '').flatMap((section) => section.commands);
    const shell = commands.filter((command) => !/^[│ ]*(buyer|│|└)/.test(command));
    expect(shell.sort()).toEqual([...Object.keys(ELSEWHERE), ...HERE.map(({ command }) => command)].sort());
  });

  it.each(HERE)('$command', (step) => runStep(stand, step, new Set()));
});
