/** Dead letters that are dropped, and what must not be taken for one of them. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { createDlqStand, type Changed, type DlqStand } from './dlq-stand.js';

describe('dlq', () => {
  let stand: DlqStand;
  beforeAll(async () => {
    stand = await createDlqStand('cli-dlq-drop');
  });
  afterEach(() => stand.dealWithAll());
  afterAll(() => stand.close());

  describe('drop', () => {
    it('takes letters off the list for good, and says who and why', async () => {
      await stand.bury({ reason: 'NOT_JSON' }, {});
      const { code, stderr } = await stand.dlq(['drop']);
      expect(code).toBe(EXIT.refused);
      expect(stderr).toContain('drop 2 dead letters');
      const some = ['drop', '--cause', 'NOT_JSON', '--yes', '--reason', 'a test'];
      const { results } = await stand.json<Changed>(some);
      expect(results.map(({ outcome }) => outcome)).toEqual(['dropped']);
      expect(await stand.list()).toMatchObject([{ reason: 'INVALID' }]);
      const { count } = await stand.newReservations(() => stand.json<Changed>(['replay', '--yes']));
      expect(count).toBe(1);
      expect((await stand.actions())[0]).toMatchObject({
        command: 'dlq drop',
        reason: 'a test',
        arguments: { letters: [], cause: ['NOT_JSON'] },
        result: { dropped: 1 },
      });
    });

    it('can be taken back by naming the letter with --force', async () => {
      await stand.buryMany(1);
      const [letter] = await stand.list();
      const id = letter?.id ?? '';
      await stand.json<Changed>(['drop', id, '--yes']);
      const refused = await stand.json<Changed>(['replay', id]);
      expect(refused.planned).toMatchObject([{ action: 'skip', why: 'dropped before' }]);
      expect((await stand.json<Changed>(['replay', id, '--force'])).results).toMatchObject([
        { outcome: 'replayed' },
      ]);
    });

    it('must be typed on a terminal', async () => {
      await stand.buryMany(2);
      const typed = await stand.dlq(['drop'], { terminal: true, input: 'drop 2 dead letters\n' });
      expect(typed.code).toBe(EXIT.ok);
      expect(await stand.list()).toEqual([]);
    });
  });

  it('keeps what a topic made anew numbers like one that was dropped', async () => {
    await stand.buryMany(1);
    const [letter] = await stand.list();
    // The same place, written at another time.
    await stand.space.pool.query(
      `insert into dead_letter_actions (partition, letter_offset, written_at, action, actor, done_at)
       values ($1, $2, now() - interval '1 day', 'drop', 'test', now())`,
      (letter?.id ?? '').split(':'),
    );
    expect(await stand.list()).toHaveLength(1);
  });
});
