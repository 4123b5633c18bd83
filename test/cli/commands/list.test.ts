import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { acceptSome } from '../../support/accepted-orders.js';
import { createSpace, type Space } from '../../support/space.js';
import { runCommand, runJson } from '../run-command.js';

interface Listed {
  readonly orderId: string;
  readonly userId: string;
  readonly productId: string;
  readonly status: string;
  readonly amount: { readonly amountMinor: number; readonly currency: string };
}

describe('list', () => {
  let space: Space;
  const list = (...args: string[]) => runJson<Listed[]>(['list', ...args], { env: space.environment });

  beforeAll(async () => {
    space = await createSpace('cli-list');
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

  it('refuses a cursor that names no order', async () => {
    const result = await runCommand(['list', '--after', 'nope', '--json'], { env: space.environment });
    expect(result.code).toBe(EXIT.failed);
    expect(JSON.parse(result.stderr)).toMatchObject({ error: { code: 'ORDER_NOT_FOUND' } });
  });

  it('sends an operator without tables to migrate', async () => {
    const env = { DATABASE_URL: space.databaseUrl.replace(/\/[^/]+$/, '/postgres') };
    const result = await runCommand(['list'], { env });
    expect(result.code).toBe(EXIT.failed);
    expect(result.stderr).toContain('ordersctl migrate');
  });
});
