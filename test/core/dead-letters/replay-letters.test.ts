import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatherLetters } from '../../../src/core/dead-letters/gather-letters.js';
import { planLetterReplay } from '../../../src/core/dead-letters/plan-letters.js';
import { replayLetters } from '../../../src/core/dead-letters/replay-letters.js';
import type { LetterSources } from '../../../src/core/dead-letters/scan-letters.js';
import { AppError } from '../../../src/core/errors.js';
import { createPublisher } from '../../../src/core/kafka/create-publisher.js';
import type { Publisher } from '../../../src/core/kafka/port.js';
import { readStored } from '../../../src/core/kafka/read-stored.js';
import { createSilentLog } from '../../../src/core/log.js';
import { findDeadLetterActions } from '../../../src/core/postgres/find-dead-letter-actions.js';
import { buryLetters } from '../../support/buried-letters.js';
import { createSpace, type Space } from '../../support/space.js';

describe('replaying dead letters', () => {
  let space: Space;
  let publisher: Publisher;

  beforeAll(async () => {
    space = await createSpace('replay-letters');
    await space.topics();
    publisher = createPublisher(space.config(), createSilentLog());
  });
  afterAll(async () => {
    await publisher.close();
    await space.close();
  });

  const open = async () => {
    const sources: LetterSources = {
      read: (options, visit) => readStored(space.config(), createSilentLog(), options, visit),
      findActions: (keys) => findDeadLetterActions(space.pool, keys),
    };
    return gatherLetters(sources, { filter: {}, handled: false, now: new Date() });
  };
  const plan = async () => planLetterReplay((await open()).letters, { prefix: space.prefix, force: false });
  const replay = async (publishBatch: Publisher['publishBatch']) => {
    const tools = { pool: space.pool, publisher: () => Promise.resolve({ ...publisher, publishBatch }) };
    return replayLetters(tools, await plan(), { actor: 'test', again: false });
  };

  it('sends again what was sent and not noted, and nothing that was noted', async () => {
    await buryLetters(
      publisher,
      space.prefix,
      Array.from({ length: 250 }, () => ({})),
    );
    const sent: string[] = [];
    let batches = 0;
    // As if the process ended between the broker's acknowledgement of the second batch and its note.
    const interrupted = await replay(async (records) => {
      batches += 1;
      await publisher.publishBatch(records);
      sent.push(...records.map(({ key }) => String(key)));
      if (batches === 2) throw new AppError('UNAVAILABLE', 'Kafka does not answer');
    });
    expect(interrupted.stoppedBy).toMatchObject({ code: 'UNAVAILABLE' });
    expect(interrupted.results.filter(({ outcome }) => outcome === 'failed')).toHaveLength(150);
    expect(batches, 'nothing more is tried').toBe(2);

    const { letters } = await open();
    expect(letters.filter(({ state }) => state === 'begun')).toHaveLength(100);
    expect(letters.filter(({ state }) => state === 'open')).toHaveLength(50);
    const resumed = await replay(async (records) => {
      await publisher.publishBatch(records);
      sent.push(...records.map(({ key }) => String(key)));
    });
    expect(resumed.results.map(({ outcome }) => outcome)).toEqual(Array(150).fill('replayed'));
    expect(sent).toHaveLength(350);
    expect(new Set(sent).size).toBe(250);
    expect((await open()).letters).toEqual([]);
  });

  it('holds up nobody while another operator sends: what that one has is skipped', async () => {
    await buryLetters(publisher, space.prefix, [{}, {}]);
    const planned = await plan();
    let arrived: () => void = () => undefined;
    let go: () => void = () => undefined;
    const atWork = new Promise<void>((resolve) => (arrived = resolve));
    const released = new Promise<void>((resolve) => (go = resolve));
    const first = replay(async (records) => {
      arrived();
      await released;
      await publisher.publishBatch(records);
    });
    await atWork;
    // Its intent is noted before ours is tried: ours waits for no send, and sends nothing.
    const locked = await space.pool.query(
      `select 1 from dead_letter_actions where done_at is null for update skip locked`,
    );
    expect(locked.rowCount).toBe(0);
    go();
    expect((await first).results.map(({ outcome }) => outcome)).toEqual(['replayed', 'replayed']);
    const tools = { pool: space.pool, publisher: () => Promise.resolve(publisher) };
    const second = await replayLetters(tools, planned, { actor: 'other', again: false });
    expect(second.results.map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped']);
  });

  it('sends no more at once than a broker takes', async () => {
    await buryLetters(
      publisher,
      space.prefix,
      Array.from({ length: 6 }, () => ({ message: { value: Buffer.alloc(300_000, 0x7b) } })),
    );
    const sizes: number[] = [];
    const { results } = await replay((records) => {
      sizes.push(records.length);
      return publisher.publishBatch(records);
    });
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(6).fill('replayed'));
    expect(sizes).toEqual([1, 1, 1, 1, 1, 1]);
  });
});
