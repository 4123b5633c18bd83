/** Dead letters that go back to their topic: by filter, by name, and as lines of JSON. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OriginalMessage } from '../../../src/core/dead-letters/dead-letter.js';
import { REPLAYS_HEADER } from '../../../src/core/dead-letters/letter-headers.js';
import { EXIT } from '../../../src/core/errors.js';
import { createDlqStand, type Changed, type DlqStand } from './dlq-stand.js';

describe('dlq', () => {
  let stand: DlqStand;
  beforeAll(async () => {
    stand = await createDlqStand('cli-dlq-replay');
  });
  afterEach(() => stand.dealWithAll());
  afterAll(() => stand.close());

  describe('replay', () => {
    it('sends key, value and headers back as they were, counts, and does it once', async () => {
      const value = Buffer.from([0x00, 0xff, 0x7b]);
      const headers = {
        traceparent: Buffer.from('00-ab-cd-01'),
        twice: [Buffer.from('a'), Buffer.from('b')],
      };
      await stand.bury({ message: { key: Buffer.from([0xfe, 0x01]), value, headers } });
      const { count, messages } = await stand.newReservations(async () => {
        const first = await stand.json<Changed>(['replay', '--yes', '--reason', 'the cause is mended']);
        expect(first.results.map(({ outcome }) => outcome)).toEqual(['replayed']);
        const second = await stand.json<Changed>(['replay', '--yes']);
        expect(second).toEqual({ planned: [], results: [], more: false });
      });
      expect(count).toBe(1);
      const sent = messages.find((message) => message.value?.equals(value));
      expect(sent).toMatchObject({
        key: Buffer.from([0xfe, 0x01]),
        headers: { ...headers, [REPLAYS_HEADER]: Buffer.from('1') },
      });
      expect(Object.keys(sent?.headers ?? {}).sort()).toEqual([REPLAYS_HEADER, 'traceparent', 'twice']);
      expect(await stand.list()).toEqual([]);
      expect(await stand.list('--all')).toContainEqual(expect.objectContaining({ state: 'replayed' }));
      expect(await stand.actions()).toMatchObject([
        { actor: 'test', command: 'dlq replay', reason: 'the cause is mended', result: { replayed: 1 } },
      ]);
    });

    it('plans with --dry-run, refuses without --yes, and changes nothing either way', async () => {
      await stand.buryMany(3);
      const { count } = await stand.newReservations(async () => {
        const { planned, results } = await stand.json<Changed>(['replay', '--dry-run']);
        expect(planned.map(({ action }) => action)).toEqual(['replay', 'replay', 'replay']);
        expect(results).toEqual([]);
        const { code, stderr } = await stand.dlq(['replay']);
        expect(code).toBe(EXIT.refused);
        expect(stderr).toContain('send 3 dead letters again');
      });
      expect(count).toBe(0);
      expect(await stand.list()).toHaveLength(3);
      expect(await stand.actions()).toEqual([]);
    });

    it('sends one that is named without asking, and leaves the others', async () => {
      await stand.buryMany(3);
      const [, second] = await stand.list();
      const { results } = await stand.json<Changed>(['replay', second?.id ?? '']);
      expect(results).toEqual([{ id: second?.id, outcome: 'replayed', reason: null }]);
      expect(await stand.list()).toHaveLength(2);
      expect((await stand.dlq(['replay', '0:999999', '--yes'])).code).toBe(EXIT.failed);
    });

    it('takes no more than --limit, and keeps to --rate', async () => {
      await stand.buryMany(30);
      expect((await stand.json<Changed>(['replay', '--limit', '5', '--yes'])).more).toBe(true);
      const began = performance.now();
      await stand.json<Changed>(['replay', '--rate', '10', '--yes']);
      // 25 letters, ten a second: two waits.
      expect(performance.now() - began).toBeGreaterThan(2_000);
      expect(await stand.list()).toEqual([]);
    });

    it('sends each letter once when three operators replay at once', async () => {
      await stand.buryMany(250);
      const { count } = await stand.newReservations(async () => {
        const runs = await Promise.all([1, 2, 3].map(() => stand.json<Changed>(['replay', '--yes'])));
        const replayed = runs.flatMap(({ results }) =>
          results.filter(({ outcome }) => outcome === 'replayed'),
        );
        expect(replayed).toHaveLength(250);
      });
      expect(count).toBe(250);
    });

    it('keeps a letter in quarantine that came back three times, until it is forced', async () => {
      await stand.bury({ message: { headers: { [REPLAYS_HEADER]: Buffer.from('3') } } }, {});
      const { planned, results } = await stand.json<Changed>(['replay', '--yes']);
      expect(planned.map(({ action, why }) => [action, why]).sort()).toEqual([
        ['quarantined', 'came back 3 times'],
        ['replay', null],
      ]);
      expect(results).toHaveLength(1);
      expect(await stand.text('list')).toMatch(/ quarantined /);
      const { messages } = await stand.newReservations(async () => {
        expect((await stand.json<Changed>(['replay', '--force', '--yes'])).results).toHaveLength(1);
      });
      expect(messages.map(({ headers }) => String(headers[REPLAYS_HEADER]))).toContain('4');
    });

    it('sends nothing back that came from a topic that nobody reads here', async () => {
      await stand.bury({ topic: 'somebody.elses' });
      const { planned, results } = await stand.json<Changed>(['replay', '--yes']);
      expect(planned).toMatchObject([
        { action: 'skip', why: `it comes from ${stand.space.prefix}.somebody.elses` },
      ]);
      expect(results).toEqual([]);
    });

    it('exits 5 without Kafka or Postgres, and the letters stay', async () => {
      await stand.buryMany(1);
      const away = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
      expect((await stand.dlq(['replay', '--yes'], { env: away })).code).toBe(EXIT.unreachable);
      const lines = await stand.text('list', '--ndjson');
      const { code, stdout } = await stand.dlq(['replay', '-', '--yes', '--json'], {
        input: lines,
        env: { KAFKA_BROKERS: '127.0.0.1:1' },
      });
      expect(code).toBe(EXIT.unreachable);
      expect((JSON.parse(stdout) as Changed).results).toMatchObject([{ outcome: 'failed' }]);
      expect(await stand.list()).toMatchObject([{ state: 'begun' }]);
      expect((await stand.json<Changed>(['replay', '--yes'])).results).toMatchObject([
        { outcome: 'replayed' },
      ]);
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
      await stand.bury(...originals.map((message) => ({ message })));
      const out = await stand.dlq(['list', '--ndjson']);
      expect(out.stdout.trim().split('\n')).toHaveLength(4);
      const before = (await stand.reservations()).length;
      const replayed = await stand.dlq(['replay', '-', '--yes', '--json'], { input: out.stdout });
      expect(replayed.code).toBe(EXIT.ok);
      const all = await stand.reservations();
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
      const again = await stand.json<Changed>(['replay', '-', '--yes'], { input: out.stdout });
      expect(again.planned.map(({ action, why }) => [action, why])).toEqual(
        Array(4).fill(['skip', 'replayed before']),
      );
      expect(await stand.list()).toEqual([]);
    });

    it('sends a value that was mended on the way', async () => {
      await stand.bury({ message: { value: Buffer.from('{"n": 1,}') } });
      const [letter] = await stand.list();
      const shown = JSON.parse(await stand.text('show', letter?.id ?? '', '--json')) as object;
      const input = JSON.stringify({ ...shown, value: '{"n": 1}' });
      expect((await stand.dlq(['replay', '-', '--yes'], { input })).code).toBe(EXIT.ok);
      expect((await stand.reservations()).map(({ value }) => String(value))).toContain('{"n": 1}');
    });

    it('names the first line that is not a letter, and sends none', async () => {
      await stand.buryMany(1);
      const stdout = await stand.text('list', '--ndjson');
      for (const [bad, what] of [
        ['{"id":', 'line 2 is not JSON'],
        ['{"id":"0:1"}', 'line 2 is not a dead letter'],
        [stdout, 'line 2 names'],
      ] as const) {
        const { code, stderr } = await stand.dlq(['replay', '-', '--yes'], { input: `${stdout}${bad}` });
        expect(code).toBe(EXIT.usage);
        expect(stderr).toContain(what);
      }
      expect(await stand.list()).toHaveLength(1);
    });
  });
});
