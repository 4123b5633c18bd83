import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { flagForReview } from '../../../src/core/postgres/flag-for-review.js';
import { acceptSome } from '../../support/accepted-orders.js';
import { startBinary } from '../../support/binary.js';
import { withUnmigratedDatabase } from '../../support/database.js';
import { createSpace, type Space } from '../../support/space.js';
import { waitFor } from '../../support/wait-for.js';
import { runCommand, runJson } from '../run-command.js';

interface Listed {
  readonly orderId: string;
  readonly userId: string;
  readonly productId: string;
  readonly status: string;
  readonly hop?: string;
  readonly command?: string | null;
  readonly amount: { readonly amountMinor: number; readonly currency: string };
}

describe('list', () => {
  let space: Space;
  const list = (...args: string[]) => runJson<Listed[]>(['list', ...args], { env: space.environment });

  beforeAll(async () => {
    space = await createSpace('cli-list');
    await space.topics();
  });
  afterAll(() => space.close());

  it('is an empty array, and exit 0, when nothing matches', async () => {
    expect(await list()).toEqual([]);
    const people = await runCommand(['list'], { env: space.environment });
    expect(people).toMatchObject({ code: EXIT.ok, stdout: '', stderr: 'No orders match.\n' });
  });

  describe('with orders', () => {
    beforeAll(async () => {
      await acceptSome(space.pool, 5, 'tee');
      await acceptSome(space.pool, 2, 'cap');
    });

    it('filters by status, product, customer and age', async () => {
      expect(await list()).toHaveLength(7);
      expect(await list('--product', 'cap')).toHaveLength(2);
      expect(await list('--user', 'buyer-1')).toHaveLength(2);
      expect(await list('--user', 'buyer-1', '--product', 'cap')).toHaveLength(1);
      expect(await list('--status', 'pending')).toHaveLength(7);
      expect(await list('--status', 'CONFIRMED,failed', '--status', 'EXPIRED')).toEqual([]);
      expect(await list('--older-than', '1h')).toEqual([]);
      expect(await list('--since', '1h')).toHaveLength(7);
    });

    it('pages through all orders without repeating or losing one', async () => {
      const all = (await list()).map((order) => order.orderId);
      const paged: string[] = [];
      for (let page = await list('-n', '3'); page.length > 0; ) {
        paged.push(...page.map((order) => order.orderId));
        page = await list('-n', '3', '--after', paged.at(-1) ?? '');
      }
      expect(paged).toEqual(all);
    });

    it('prints bare columns in a pipe, with the next page on stderr', async () => {
      const result = await runCommand(['list', '--limit', '2'], { env: space.environment });
      const lines = result.stdout.trimEnd().split('\n');
      expect(lines[0]).toMatch(/^ORDER +STATUS +PRODUCT +QTY +AMOUNT +USER +AGE$/);
      expect(lines).toHaveLength(3);
      expect(lines[1]).toMatch(/^[0-9a-f-]{36} {2}PENDING {2}cap +1 {2}49\.90 EUR {2}buyer-\d +\d+m?s$/);
      expect(result.stderr).toMatch(/^More: add --after [0-9a-f-]{36}\n$/);
    });

    it('draws and colours on a terminal, and keeps to NO_COLOR there', async () => {
      const colour = await runCommand(['list'], { env: space.environment, terminal: true });
      expect(colour.stdout).toContain('\u001b[33mPENDING');
      expect(colour.stdout).toContain('───');
      const plain = await runCommand(['list', '--no-color'], { env: space.environment, terminal: true });
      expect(plain.stdout).not.toContain('\u001b');
    });
  });

  describe('sorted', () => {
    const idsOf = (orders: readonly Listed[]) => orders.map((order) => order.orderId);
    const nextOf = (stderr: string) => /--after (\S+)/.exec(stderr)?.[1];

    it.each(['created', 'age', 'updated', 'amount'])(
      'by %s, forwards and backwards, pages lose and repeat nobody, also when an order changes meanwhile',
      async (sort) => {
        for (const reverse of [[], ['--reverse']]) {
          const all = idsOf(await list('--sort', sort, ...reverse));
          const paged: string[] = [];
          let after: string | undefined;
          do {
            const args = [
              'list',
              '--sort',
              sort,
              ...reverse,
              '-n',
              '3',
              ...(after ? ['--after', after] : []),
            ];
            const { stdout, stderr } = await runCommand(args, { env: space.environment });
            paged.push(...[...stdout.matchAll(/^[0-9a-f-]{36}/gm)].map(([id]) => id));
            after = nextOf(stderr);
          } while (after !== undefined);
          expect(paged).toEqual(all);
        }
      },
    );

    it('by age is the reverse of the default', async () => {
      expect(idsOf(await list('--sort', 'age'))).toEqual(idsOf(await list()).reverse());
      expect(idsOf(await list('--sort', 'age', '--reverse'))).toEqual(idsOf(await list()));
    });

    it('by last change goes on from the time that the page before has named', async () => {
      const [first] = await list('--sort', 'updated');
      const place = `${first?.orderId}@2000-01-01T00:00:00.000Z`;
      expect(await list('--sort', 'updated', '--after', place)).toEqual([]);
      const { code } = await runCommand(['list', '--after', `${first?.orderId}@nonsense`], {
        env: space.environment,
      });
      expect(code).toBe(EXIT.usage);
    });
  });

  describe('by where they stand', () => {
    it('tells the hop of each, and the command that mends it', async () => {
      const found = await list('--hop', 'not-published', '--product', 'cap', '--product', 'none');
      expect(found).toHaveLength(2);
      expect(found[0]).toMatchObject({
        hop: 'not-published',
        command: `ordersctl replay ${found[0]?.orderId}`,
      });
      expect(await list('--hop', 'queued,workflow-gone')).toEqual([]);
    });

    it('stuck leaves out what is younger than a minute, unless told', async () => {
      expect(await list('--hop', 'stuck')).toEqual([]);
      expect(await list('--hop', 'stuck', '--older-than', '0s')).toHaveLength(7);
    });

    it('is exit 3 with --fail-if-any when an order matches, and exit 0 when none does', async () => {
      const fail = (...args: string[]) =>
        runCommand(['list', ...args, '--fail-if-any'], { env: space.environment });
      expect((await fail('--hop', 'not-published')).code).toBe(EXIT.problem);
      expect((await fail('--hop', 'stuck')).code).toBe(EXIT.ok);
    });

    it('finds what must go back and what a person must decide', async () => {
      const [order] = await list('--product', 'cap');
      await flagForReview(space.pool, order?.orderId ?? '', 'why not');
      for (const args of [['--review'], ['--hop', 'needs-review']]) {
        expect((await list(...args)).map(({ orderId }) => orderId)).toEqual([order?.orderId]);
      }
      await flagForReview(space.pool, order?.orderId ?? '', null);
      expect(await list('--refund-due')).toEqual([]);
      expect(await list('--paid')).toEqual([]);
    });

    it('names a store that is away, lists what the others tell, and exits 5', async () => {
      const env = { ...space.environment, REDIS_URL: 'redis://127.0.0.1:1' };
      const { code, stdout } = await runCommand(
        ['list', '--hop', 'not-published', '--hop', 'hold-missing', '--json'],
        { env },
      );
      expect(code).toBe(EXIT.unreachable);
      expect(JSON.parse(stdout)).toHaveLength(7);
    });

    it('is refused for a hop that there is not', async () => {
      const { code, stderr } = await runCommand(['list', '--hop', 'nowhere'], { env: space.environment });
      expect(code).toBe(EXIT.usage);
      expect(stderr).toContain('workflow-gone');
    });
  });

  it('counts by status and by hop', async () => {
    const counts = await runJson<{ byStatus: object; byHop: object }>(['list', '--summary'], {
      env: space.environment,
    });
    expect(counts).toMatchObject({ total: 7, byStatus: { PENDING: 7, EXPIRED: 0 }, complete: true });
    expect(counts.byHop).toMatchObject({ 'not-published': 7, done: 0 });
    const { stdout } = await runCommand(['list', '--summary', '--product', 'cap'], {
      env: space.environment,
    });
    expect(stdout).toMatch(/^PENDING +2$/m);
    expect(stdout).toMatch(/^not-published +2$/m);
  });

  it('streams one JSON value a line, as many as there are', async () => {
    const { stdout } = await runCommand(['list', '--ndjson'], { env: space.environment });
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as Listed).status),
    ).toEqual(Array(7).fill('PENDING'));
    const some = await runCommand(['list', '--ndjson', '-n', '2', '--hop', 'not-published'], {
      env: space.environment,
    });
    expect(some.stdout.trimEnd().split('\n')).toHaveLength(2);
  });

  it.each([
    ['frames of text', [], /ORDER[^]*ORDER/],
    ['one document each as JSON', ['--json'], /^\{"at":.*\}\n\{"at":.*\}$/m],
  ])('watches until Ctrl-C, in a pipe as %s, and exits 0', async (_what, args, frames) => {
    const watching = startBinary(['list', '--watch', '--interval', '200ms', '-n', '1', ...args], {
      env: space.environment,
    });
    await waitFor(() => frames.test(watching.stdout()), { timeoutMs: 30_000, what: 'two frames' });
    expect(await watching.stop('SIGINT')).toMatchObject({ code: EXIT.ok, stderr: '' });
  });

  it('refuses a cursor that names no order', async () => {
    const result = await runCommand(['list', '--after', 'nope', '--json'], { env: space.environment });
    expect(result.code).toBe(EXIT.failed);
    expect(JSON.parse(result.stderr)).toMatchObject({ error: { code: 'ORDER_NOT_FOUND' } });
  });

  it('sends an operator without tables to migrate', async () => {
    await withUnmigratedDatabase(inject('stack'), 'list', async (url) => {
      const result = await runCommand(['list'], { env: { DATABASE_URL: url } });
      expect(result.code).toBe(EXIT.failed);
      expect(result.stderr).toContain('ordersctl migrate');
    });
  });
});
