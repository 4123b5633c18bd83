import { Kafka, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OriginalMessage } from '../../../src/core/dead-letters/dead-letter.js';
import { REPLAYS_HEADER } from '../../../src/core/dead-letters/letter-headers.js';
import type { LetterJson } from '../../../src/core/dead-letters/letter-json.js';
import { EXIT } from '../../../src/core/errors.js';
import { createPublisher } from '../../../src/core/kafka/create-publisher.js';
import { ensureTopics } from '../../../src/core/kafka/kafka-admin.js';
import type { Publisher, StoredMessage } from '../../../src/core/kafka/port.js';
import { readStored } from '../../../src/core/kafka/read-stored.js';
import { createSilentLog } from '../../../src/core/log.js';
import { TOPICS } from '../../../src/core/names.js';
import { acceptSome } from '../../support/accepted-orders.js';
import { buryLetters, type Buried } from '../../support/buried-letters.js';
import { createSpace, type Space } from '../../support/space.js';
import { runCommand, runJson, runText, type RunOptions } from '../run-command.js';

type Letter = LetterJson & { readonly state: string };
interface Changed {
  readonly planned: { id: string; action: string; why: string | null; reason: string }[];
  readonly results: { id: string; outcome: string; reason: string | null }[];
  readonly more: boolean;
}

describe('dlq', () => {
  let space: Space;
  let publisher: Publisher;

  beforeAll(async () => {
    space = await createSpace('cli-dlq');
    await ensureTopics(space.config());
    publisher = createPublisher(space.config(), createSilentLog());
  });
  afterAll(async () => {
    await publisher.close();
    await space.close();
  });
  // Letters cannot be taken out of the topic: each test leaves them dealt with.
  afterEach(async () => {
    await space.pool.query('delete from operator_actions');
    await text('drop', '--yes');
    await space.pool.query('delete from operator_actions');
  });

  const dlq = (args: string[], options: RunOptions = {}) =>
    runCommand(['dlq', ...args], { ...options, env: { ...space.environment, ...options.env } });
  const text = (...args: string[]) => runText(['dlq', ...args], { env: space.environment });
  const json = <T>(args: string[], options: RunOptions = {}) =>
    runJson<T>(['dlq', ...args], { env: space.environment, ...options });
  const list = (...args: string[]) => json<Letter[]>(['list', ...args]);
  const bury = (...letters: Buried[]) => buryLetters(publisher, space.prefix, letters);
  const buryMany = (count: number) => bury(...Array.from({ length: count }, () => ({})));
  const reservations = async (): Promise<StoredMessage[]> => {
    const messages: StoredMessage[] = [];
    await readStored(space.config(), createSilentLog(), { topic: TOPICS.reservations }, (some) => {
      messages.push(...some);
      return Promise.resolve('go-on');
    });
    return messages;
  };
  const newReservations = async (work: () => Promise<unknown>) => {
    const before = (await reservations()).length;
    await work();
    const all = await reservations();
    const keyOf = ({ partition, offset }: StoredMessage) => `${partition}:${offset}`;
    return { count: all.length - before, messages: all, keyOf };
  };
  const actions = async () =>
    (await space.pool.query('select actor, command, arguments, reason, result from operator_actions')).rows;

  describe('list', () => {
    it('is quiet about nothing: [] as JSON, no line as NDJSON', async () => {
      expect(await list()).toEqual([]);
      expect(await list('--summary')).toEqual([]);
      expect(await dlq(['list', '--ndjson'])).toMatchObject({ code: EXIT.ok, stdout: '' });
      expect(await dlq(['list'])).toMatchObject({ code: EXIT.ok, stdout: '' });
    });

    it('shows people how many there are of each cause, and the letters', async () => {
      await bury({ reason: 'NOT_JSON', detail: 'bell\u0007' }, {}, {});
      const stdout = await text('list');
      expect(stdout).toMatch(/^INVALID +2 /m);
      expect(stdout).toMatch(/^NOT_JSON +1 /m);
      expect(stdout).toMatch(/^\d:\d+ +NOT_JSON +open .*bell\\u0007$/m);
      const summary = await json<{ reason: string; count: number }[]>(['list', '--summary']);
      expect(summary).toMatchObject([
        { reason: 'INVALID', count: 2 },
        { reason: 'NOT_JSON', count: 1 },
      ]);
    });

    it('filters by cause, product and age', async () => {
      await bury(
        { reason: 'UNKNOWN_ORDER' },
        { reason: 'TOO_MANY_ATTEMPTS', attempts: 5, message: { value: Buffer.from('{"productId":"cap"}') } },
        { reason: 'NOT_JSON', message: { value: Buffer.from('nonsense') } },
      );
      const reasons = async (...args: string[]) => (await list(...args)).map(({ reason }) => reason).sort();
      expect(await reasons('--cause', 'unknown-order,NOT_JSON')).toEqual(['NOT_JSON', 'UNKNOWN_ORDER']);
      expect(await reasons('--product', 'cap')).toEqual(['TOO_MANY_ATTEMPTS']);
      expect(await reasons('--since', '1h')).toHaveLength(3);
      expect(await reasons('--older-than', '1h')).toEqual([]);
      const [many] = await list('--cause', 'TOO_MANY_ATTEMPTS');
      expect(many).toMatchObject({ attempts: 5, replays: 0, source: { partition: 1 }, productId: 'cap' });
      expect((await dlq(['list', '--cause', 'BAD_LUCK'])).code).toBe(EXIT.usage);
    });

    it('pages by the last letter before', async () => {
      await buryMany(7);
      const all = (await list()).map(({ id }) => id);
      expect(all).toHaveLength(7);
      const pages: string[] = [];
      for (let page = await list('--limit', '3'); page.length > 0; ) {
        pages.push(...page.map(({ id }) => id));
        page = await list('--limit', '3', '--after', pages.at(-1) ?? '');
      }
      expect(pages).toEqual(all);
      const { stdout, stderr } = await dlq(['list', '--limit', '3']);
      expect(stdout).toMatch(/^INVALID +7 /m);
      expect(stderr).toContain(`4 more: add --after ${all[2]}`);
    });

    it('leaves no consumer group behind', async () => {
      await buryMany(2);
      await list();
      const admin = new Kafka({
        brokers: [...space.config().kafkaBrokers],
        logLevel: logLevel.NOTHING,
      }).admin();
      await admin.connect();
      const { groups } = await admin.listGroups();
      await admin.disconnect();
      expect(groups.filter(({ groupId }) => groupId.startsWith(space.prefix))).toEqual([]);
    });

    it('shows letters although Postgres is away, says what it does not know, and exits 5', async () => {
      await buryMany(1);
      const { code, stdout, stderr } = await dlq(['list', '--json'], {
        env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
      });
      expect(code).toBe(EXIT.unreachable);
      expect((JSON.parse(stdout) as Letter[]).at(-1)).toMatchObject({ state: 'unknown' });
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'UNAVAILABLE' } });
    });

    it('exits 5 without Kafka', async () => {
      const { code, stderr } = await dlq(['list', '--json'], { env: { KAFKA_BROKERS: '127.0.0.1:1' } });
      expect(code).toBe(EXIT.unreachable);
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'UNAVAILABLE' } });
    });
  });

  describe('show', () => {
    it('tells what is wrong, where it came from, and prints headers and value', async () => {
      const [order] = await acceptSome(space.pool, 1);
      await bury({
        reason: 'TOO_MANY_ATTEMPTS',
        detail: 'this one cannot be started',
        attempts: 5,
        message: {
          value: Buffer.from(JSON.stringify({ orderId: order?.orderId, productId: 'tee' })),
          headers: { traceparent: Buffer.from('00-ab-cd-01'), raw: Buffer.from([0xff, 0x01]) },
        },
      });
      const [letter] = await list();
      const { code, stdout } = await dlq(['show', letter?.id ?? '']);
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
      await buryMany(1);
      expect((await dlq(['show', '0:999999'])).code).toBe(EXIT.failed);
      expect((await dlq(['show', '77:0'])).code).toBe(EXIT.failed);
      expect((await dlq(['show', 'nope'])).code).toBe(EXIT.usage);
    });
  });

  describe('replay', () => {
    it('sends key, value and headers back as they were, counts, and does it once', async () => {
      const value = Buffer.from([0x00, 0xff, 0x7b]);
      const headers = {
        traceparent: Buffer.from('00-ab-cd-01'),
        twice: [Buffer.from('a'), Buffer.from('b')],
      };
      await bury({ message: { key: Buffer.from([0xfe, 0x01]), value, headers } });
      const { count, messages } = await newReservations(async () => {
        const first = await json<Changed>(['replay', '--yes', '--reason', 'the cause is mended']);
        expect(first.results.map(({ outcome }) => outcome)).toEqual(['replayed']);
        const second = await json<Changed>(['replay', '--yes']);
        expect(second).toEqual({ planned: [], results: [], more: false });
      });
      expect(count).toBe(1);
      const sent = messages.find((message) => message.value?.equals(value));
      expect(sent).toMatchObject({
        key: Buffer.from([0xfe, 0x01]),
        headers: { ...headers, [REPLAYS_HEADER]: Buffer.from('1') },
      });
      expect(Object.keys(sent?.headers ?? {}).sort()).toEqual([REPLAYS_HEADER, 'traceparent', 'twice']);
      expect(await list()).toEqual([]);
      expect(await list('--all')).toContainEqual(expect.objectContaining({ state: 'replayed' }));
      expect(await actions()).toMatchObject([
        { actor: 'test', command: 'dlq replay', reason: 'the cause is mended', result: { replayed: 1 } },
      ]);
    });

    it('plans with --dry-run, refuses without --yes, and changes nothing either way', async () => {
      await buryMany(3);
      const { count } = await newReservations(async () => {
        const { planned, results } = await json<Changed>(['replay', '--dry-run']);
        expect(planned.map(({ action }) => action)).toEqual(['replay', 'replay', 'replay']);
        expect(results).toEqual([]);
        const { code, stderr } = await dlq(['replay']);
        expect(code).toBe(EXIT.refused);
        expect(stderr).toContain('send 3 dead letters again');
      });
      expect(count).toBe(0);
      expect(await list()).toHaveLength(3);
      expect(await actions()).toEqual([]);
    });

    it('sends one that is named without asking, and leaves the others', async () => {
      await buryMany(3);
      const [, second] = await list();
      const { results } = await json<Changed>(['replay', second?.id ?? '']);
      expect(results).toEqual([{ id: second?.id, outcome: 'replayed', reason: null }]);
      expect(await list()).toHaveLength(2);
      expect((await dlq(['replay', '0:999999', '--yes'])).code).toBe(EXIT.failed);
    });

    it('takes no more than --limit, and keeps to --rate', async () => {
      await buryMany(30);
      expect((await json<Changed>(['replay', '--limit', '5', '--yes'])).more).toBe(true);
      const began = performance.now();
      await json<Changed>(['replay', '--rate', '10', '--yes']);
      // 25 letters, ten a second: two waits.
      expect(performance.now() - began).toBeGreaterThan(2_000);
      expect(await list()).toEqual([]);
    });

    it('sends each letter once when three operators replay at once', async () => {
      await buryMany(250);
      const { count } = await newReservations(async () => {
        const runs = await Promise.all([1, 2, 3].map(() => json<Changed>(['replay', '--yes'])));
        const replayed = runs.flatMap(({ results }) =>
          results.filter(({ outcome }) => outcome === 'replayed'),
        );
        expect(replayed).toHaveLength(250);
      });
      expect(count).toBe(250);
    });

    it('keeps a letter in quarantine that came back three times, until it is forced', async () => {
      await bury({ message: { headers: { [REPLAYS_HEADER]: Buffer.from('3') } } }, {});
      const { planned, results } = await json<Changed>(['replay', '--yes']);
      expect(planned.map(({ action, why }) => [action, why]).sort()).toEqual([
        ['quarantined', 'came back 3 times'],
        ['replay', null],
      ]);
      expect(results).toHaveLength(1);
      expect(await text('list')).toMatch(/ quarantined /);
      const { messages } = await newReservations(async () => {
        expect((await json<Changed>(['replay', '--force', '--yes'])).results).toHaveLength(1);
      });
      expect(messages.map(({ headers }) => String(headers[REPLAYS_HEADER]))).toContain('4');
    });

    it('sends nothing back that came from a topic that nobody reads here', async () => {
      await bury({ topic: 'somebody.elses' });
      const { planned, results } = await json<Changed>(['replay', '--yes']);
      expect(planned).toMatchObject([
        { action: 'skip', why: `it comes from ${space.prefix}.somebody.elses` },
      ]);
      expect(results).toEqual([]);
    });

    it('exits 5 without Kafka or Postgres, and the letters stay', async () => {
      await buryMany(1);
      const away = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
      expect((await dlq(['replay', '--yes'], { env: away })).code).toBe(EXIT.unreachable);
      const lines = await text('list', '--ndjson');
      const { code, stdout } = await dlq(['replay', '-', '--yes', '--json'], {
        input: lines,
        env: { KAFKA_BROKERS: '127.0.0.1:1' },
      });
      expect(code).toBe(EXIT.unreachable);
      expect((JSON.parse(stdout) as Changed).results).toMatchObject([{ outcome: 'failed' }]);
      expect(await list()).toMatchObject([{ state: 'begun' }]);
      expect((await json<Changed>(['replay', '--yes'])).results).toMatchObject([{ outcome: 'replayed' }]);
    });
  });

  describe('as lines of JSON', () => {
    it('takes back what it gave out, byte for byte', async () => {
      const originals: OriginalMessage[] = [
        { key: null, value: Buffer.from('{"a":"ü\\u0000"}'), headers: {} },
        { key: Buffer.from('k'), value: null, headers: { empty: Buffer.alloc(0) } },
        {
          key: Buffer.from([0x80]),
          value: Buffer.from([0xc3, 0x28, 0x00]),
          headers: { constructor: Buffer.from([0xff]), two: [Buffer.from('x'), Buffer.from([0xfe])] },
        },
        { key: Buffer.from('\ufeffbom'), value: Buffer.from('\ufeff{}'), headers: {} },
      ];
      await bury(...originals.map((message) => ({ message })));
      const out = await dlq(['list', '--ndjson']);
      expect(out.stdout.trim().split('\n')).toHaveLength(4);
      const before = (await reservations()).length;
      const replayed = await dlq(['replay', '-', '--yes', '--json'], { input: out.stdout });
      expect(replayed.code).toBe(EXIT.ok);
      const all = await reservations();
      expect(all.length - before).toBe(4);
      for (const { key, value, headers } of originals) {
        const sent = all.find(
          (message) => (message.value === null ? value === null : value?.equals(message.value)) ?? false,
        );
        expect(sent?.key).toEqual(key);
        const { [REPLAYS_HEADER]: replays, ...own } = sent?.headers ?? {};
        expect(replays).toEqual(Buffer.from('1'));
        expect(Object.entries(own)).toEqual(Object.entries(headers));
      }
      const again = await json<Changed>(['replay', '-', '--yes'], {
        input: out.stdout,
        env: space.environment,
      });
      expect(again.planned.map(({ action, why }) => [action, why])).toEqual(
        Array(4).fill(['skip', 'replayed before']),
      );
      expect(await list()).toEqual([]);
    });

    it('sends a value that was mended on the way', async () => {
      await bury({ message: { value: Buffer.from('{"n": 1,}') } });
      const [letter] = await list();
      const shown = JSON.parse(await text('show', letter?.id ?? '', '--json')) as object;
      const input = JSON.stringify({ ...shown, value: '{"n": 1}' });
      expect((await dlq(['replay', '-', '--yes'], { input })).code).toBe(EXIT.ok);
      expect((await reservations()).map(({ value }) => String(value))).toContain('{"n": 1}');
    });

    it('names the first line that is not a letter, and sends none', async () => {
      await buryMany(1);
      const stdout = await text('list', '--ndjson');
      for (const [bad, what] of [
        ['{"id":', 'line 2 is not JSON'],
        ['{"id":"0:1"}', 'line 2 is not a dead letter'],
        [stdout, 'line 2 names'],
      ] as const) {
        const { code, stderr } = await dlq(['replay', '-', '--yes'], { input: `${stdout}${bad}` });
        expect(code).toBe(EXIT.usage);
        expect(stderr).toContain(what);
      }
      expect(await list()).toHaveLength(1);
    });
  });

  describe('drop', () => {
    it('takes letters off the list for good, and says who and why', async () => {
      await bury({ reason: 'NOT_JSON' }, {});
      const { code, stderr } = await dlq(['drop']);
      expect(code).toBe(EXIT.refused);
      expect(stderr).toContain('drop 2 dead letters');
      const { results } = await json<Changed>(['drop', '--cause', 'NOT_JSON', '--yes', '--reason', 'a test']);
      expect(results.map(({ outcome }) => outcome)).toEqual(['dropped']);
      expect(await list()).toMatchObject([{ reason: 'INVALID' }]);
      const { count } = await newReservations(() => json<Changed>(['replay', '--yes']));
      expect(count).toBe(1);
      expect((await actions())[0]).toMatchObject({
        command: 'dlq drop',
        reason: 'a test',
        arguments: { letters: [], cause: ['NOT_JSON'] },
        result: { dropped: 1 },
      });
    });

    it('can be taken back by naming the letter with --force', async () => {
      await buryMany(1);
      const [letter] = await list();
      const id = letter?.id ?? '';
      await json<Changed>(['drop', id, '--yes']);
      const refused = await json<Changed>(['replay', id]);
      expect(refused.planned).toMatchObject([{ action: 'skip', why: 'dropped before' }]);
      expect((await json<Changed>(['replay', id, '--force'])).results).toMatchObject([
        { outcome: 'replayed' },
      ]);
    });

    it('must be typed on a terminal', async () => {
      await buryMany(2);
      const typed = await dlq(['drop'], { terminal: true, input: 'drop 2 dead letters\n' });
      expect(typed.code).toBe(EXIT.ok);
      expect(await list()).toEqual([]);
    });
  });

  it('keeps what a topic made anew numbers like one that was dropped', async () => {
    await buryMany(1);
    const [letter] = await list();
    // The same place, written at another time.
    await space.pool.query(
      `insert into dead_letter_actions (partition, letter_offset, written_at, action, actor, done_at)
       values ($1, $2, now() - interval '1 day', 'drop', 'test', now())`,
      (letter?.id ?? '').split(':'),
    );
    expect(await list()).toHaveLength(1);
  });
});
