/** What holds for everything that lists something, with something to list: on a terminal, in a pipe, cut off by its reader. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { EXIT } from '../../src/core/errors.js';
import { createPublisher } from '../../src/core/kafka/create-publisher.js';
import { flagForReview } from '../../src/core/postgres/flag-for-review.js';
import { createShop, type Shop } from '../core/catalog/shop.js';
import { buryLetters } from '../support/buried-letters.js';
import { runCommand } from './run-command.js';

/** Each prints at least one row here, and changes nothing. */
const LISTINGS: readonly (readonly [command: string, code?: number])[] = [
  ['list'],
  ['list --summary'],
  ['list --hop not-published'],
  ['inspect ORDER'],
  ['replay ORDER --dry-run'],
  ['cancel ORDER --dry-run'],
  ['refund ORDER --dry-run'],
  ['review list'],
  ['dlq list'],
  ['dlq show LETTER'],
  ['dlq replay --dry-run'],
  ['sale status', EXIT.problem],
  ['audit', EXIT.problem],
  ['audit --repair --dry-run'],
  ['restore --all --dry-run'],
  ['sweep unfinished-endings old-figures --dry-run'],
  ['report'],
  ['doctor --only config,postgres,redis'],
  ['seed-stock --product new --quantity 5 --dry-run'],
  ['seed-prices --product new --price 5_EUR --dry-run'],
  ['top --once'],
  ['context list'],
  ['config show'],
  ['migrate --dry-run'],
  ['version'],
  ['help environment'],
  ['help exit-codes'],
  ['help output'],
];
// eslint-disable-next-line no-control-regex -- escape sequences are made of control characters
const ESCAPE = /\u001b/;
/** Of tables and sections on a terminal. */
const BOX = /[─│┌┐└┘├┤┼]/;
/** Text that has nothing to colour here. */
const PLAIN = new Set([
  'top --once',
  'migrate --dry-run',
  'version',
  'config show',
  'help environment',
  'help exit-codes',
  'help output',
]);

let shop: Shop;
let home: string;
let orderId: string;
/** Where the only dead letter lies: its key decides. */
let letter: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'ordersctl-listings-'));
  shop = await createShop('listings');
  const { space } = shop;
  await space.topics();
  await shop.open('tee', 10);
  orderId = (await shop.place('tee')).orderId;
  await flagForReview(space.pool, (await shop.place('tee')).orderId, 'looks strange');
  await shop.open('lost', 10);
  await space.redis.del(...(await space.redis.keys(`${space.prefix}:*{lost}*`)));
  const publisher = createPublisher(space.config(), space.log);
  await buryLetters(publisher, space.prefix, [{}]);
  await publisher.close();
  const [buried] = JSON.parse((await run('dlq list --json', {})).stdout) as { id: string }[];
  letter = buried?.id ?? 'nowhere';
  expect(await run('context set here readOnly=true', {})).toMatchObject({ code: EXIT.ok });
});
afterAll(async () => {
  rmSync(home, { recursive: true });
  await shop.space.close();
});

const environment = () => ({ ...shop.space.environment, XDG_CONFIG_HOME: home });
const wordsOf = (command: string) =>
  command
    .replace('ORDER', orderId)
    .replace('LETTER', letter)
    .split(' ')
    .map((word) => word.replace('_', ' '));
function run(command: string, env: Record<string, string>, terminal = false) {
  return runCommand(wordsOf(command), { env: { ...environment(), ...env }, cwd: home, terminal });
}

const cases = LISTINGS.map(([command, expected = EXIT.ok]) => ({ command, expected }));

describe.concurrent.each(cases)('$command', { timeout: 60_000 }, ({ command, expected }) => {
  it('in a pipe has neither colours nor lines, also under CI', async () => {
    const result = await run(command, { CI: 'true' });
    expect(result.code, result.stderr).toBe(expected);
    expect(result.stdout.trim()).not.toBe('');
    expect(result.stdout).not.toMatch(ESCAPE);
    expect(result.stdout).not.toMatch(BOX);
  });

  it('keeps its colours in a pipe with FORCE_COLOR, and no lines', async () => {
    const { stdout } = await run(command, { FORCE_COLOR: '1' });
    if (!PLAIN.has(command)) expect(stdout).toMatch(ESCAPE);
    expect(stdout).not.toMatch(BOX);
  });

  it.each([
    ['NO_COLOR', '1'],
    ['TERM', 'dumb'],
  ])('has no colours on a terminal with %s', async (name, value) => {
    const { stdout } = await run(command, { [name]: value }, true);
    expect(stdout.trim()).not.toBe('');
    expect(stdout).not.toMatch(ESCAPE);
  });

  it('ends quietly when its reader goes away', async () => {
    const stderr: string[] = [];
    const gone = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    });
    const code = await main(wordsOf(command), {
      stdout: gone,
      stderr: new Writable({ write: (chunk, _encoding, done) => (stderr.push(String(chunk)), done()) }),
      stdin: Readable.from([]),
      env: environment(),
      cwd: home,
      forceExit: () => undefined,
    });
    // Its own code where it had come to its end before the reader was missed.
    expect([EXIT.ok, expected]).toContain(code);
    expect(stderr.join('')).not.toContain('EPIPE');
  });
});
