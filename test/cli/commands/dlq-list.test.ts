/** Dead letters as they are looked at: `list` and `show`. */
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { acceptSome } from '../../support/accepted-orders.js';
import { createDlqStand, type DlqStand, type Letter } from './dlq-stand.js';

describe('dlq', () => {
  let stand: DlqStand;
  beforeAll(async () => {
    stand = await createDlqStand('cli-dlq-list');
  });
  afterEach(() => stand.dealWithAll());
  afterAll(() => stand.close());

  describe('list', () => {
    it('is quiet about nothing: [] as JSON, no line as NDJSON', async () => {
      expect(await stand.list()).toEqual([]);
      expect(await stand.list('--summary')).toEqual([]);
      expect(await stand.dlq(['list', '--ndjson'])).toMatchObject({ code: EXIT.ok, stdout: '' });
      expect(await stand.dlq(['list'])).toMatchObject({ code: EXIT.ok, stdout: '' });
    });

    it('shows people how many there are of each cause, and the letters', async () => {
      await stand.bury({ reason: 'NOT_JSON', detail: 'bell\u0007' }, {}, {});
      const stdout = await stand.text('list');
      expect(stdout).toMatch(/^INVALID +2 /m);
      expect(stdout).toMatch(/^NOT_JSON +1 /m);
      expect(stdout).toMatch(/^\d:\d+ +NOT_JSON +open .*bell\\u0007$/m);
      const summary = await stand.json<{ reason: string; count: number }[]>(['list', '--summary']);
      expect(summary).toMatchObject([
        { reason: 'INVALID', count: 2 },
        { reason: 'NOT_JSON', count: 1 },
      ]);
    });

    it('filters by cause, product and age', async () => {
      await stand.bury(
        { reason: 'UNKNOWN_ORDER' },
        { reason: 'TOO_MANY_ATTEMPTS', attempts: 5, message: { value: Buffer.from('{"productId":"cap"}') } },
        { reason: 'NOT_JSON', message: { value: Buffer.from('nonsense') } },
      );
      const reasons = async (...args: string[]) =>
        (await stand.list(...args)).map(({ reason }) => reason).sort();
      expect(await reasons('--cause', 'unknown-order,NOT_JSON')).toEqual(['NOT_JSON', 'UNKNOWN_ORDER']);
      expect(await reasons('--product', 'cap')).toEqual(['TOO_MANY_ATTEMPTS']);
      expect(await reasons('--since', '1h')).toHaveLength(3);
      expect(await reasons('--older-than', '1h')).toEqual([]);
      const [many] = await stand.list('--cause', 'TOO_MANY_ATTEMPTS');
      expect(many).toMatchObject({ attempts: 5, replays: 0, source: { partition: 1 }, productId: 'cap' });
      expect((await stand.dlq(['list', '--cause', 'BAD_LUCK'])).code).toBe(EXIT.usage);
    });

    it('pages by the last letter before', async () => {
      await stand.buryMany(7);
      const all = (await stand.list()).map(({ id }) => id);
      expect(all).toHaveLength(7);
      const pages: string[] = [];
      for (let page = await stand.list('--limit', '3'); page.length > 0; ) {
        pages.push(...page.map(({ id }) => id));
        page = await stand.list('--limit', '3', '--after', pages.at(-1) ?? '');
      }
      expect(pages).toEqual(all);
      const { stdout, stderr } = await stand.dlq(['list', '--limit', '3']);
      expect(stdout).toMatch(/^INVALID +7 /m);
      expect(stderr).toContain(`4 more: add --after ${all[2]}`);
    });

    it('leaves no consumer group behind', async () => {
      await stand.buryMany(2);
      await stand.list();
      const admin = new Kafka({
        brokers: [...stand.space.config().kafkaBrokers],
        logLevel: logLevel.NOTHING,
      }).admin();
      await admin.connect();
      const { groups } = await admin.listGroups();
      await admin.disconnect();
      expect(groups.filter(({ groupId }) => groupId.startsWith(stand.space.prefix))).toEqual([]);
    });

    it('shows letters although Postgres is away, says what it does not know, and exits 5', async () => {
      await stand.buryMany(1);
      const { code, stdout, stderr } = await stand.dlq(['list', '--json'], {
        env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
      });
      expect(code).toBe(EXIT.unreachable);
      expect((JSON.parse(stdout) as Letter[]).at(-1)).toMatchObject({ state: 'unknown' });
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'UNAVAILABLE' } });
    });

    it('exits 5 without Kafka', async () => {
      const { code, stderr } = await stand.dlq(['list', '--json'], { env: { KAFKA_BROKERS: '127.0.0.1:1' } });
      expect(code).toBe(EXIT.unreachable);
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'UNAVAILABLE' } });
    });
  });

  describe('show', () => {
    it('tells what is wrong, where it came from, and prints headers and value', async () => {
      const [order] = await acceptSome(stand.space.pool, 1);
      await stand.bury({
        reason: 'TOO_MANY_ATTEMPTS',
        detail: 'this one cannot be started',
        attempts: 5,
        message: {
          value: Buffer.from(JSON.stringify({ orderId: order?.orderId, productId: 'tee' })),
          headers: { traceparent: Buffer.from('00-ab-cd-01'), raw: Buffer.from([0xff, 0x01]) },
        },
      });
      const [letter] = await stand.list();
      const { code, stdout } = await stand.dlq(['show', letter?.id ?? '']);
      expect(code).toBe(EXIT.ok);
      expect(stdout).toMatch(/cause +TOO_MANY_ATTEMPTS/);
      expect(stdout).toMatch(/detail +this one cannot be started/);
      expect(stdout).toMatch(/from +\S+orders\.reservations\/1 at \d+/);
      expect(stdout).toMatch(/attempts +5, replayed 0 times before/);
      expect(stdout).toMatch(new RegExp(`order +${order?.orderId}: PENDING`));
      expect(stdout).toMatch(/traceparent +00-ab-cd-01/);
      expect(stdout).toMatch(/raw +0xff01/);
      expect(stdout).toContain('    "productId": "tee"');
      expect(stdout).toContain(`ordersctl dlq replay ${letter?.id}`);
    });

    it('exits 1 for a letter that is not there, 2 for what is no name of one', async () => {
      await stand.buryMany(1);
      expect((await stand.dlq(['show', '0:999999'])).code).toBe(EXIT.failed);
      expect((await stand.dlq(['show', '77:0'])).code).toBe(EXIT.failed);
      expect((await stand.dlq(['show', 'nope'])).code).toBe(EXIT.usage);
    });
  });
});
