import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rateKeys } from '../../../src/core/redis/keys.js';
import { createTakeRate, type RateAnswer } from '../../../src/core/redis/rate-limit.js';
import { waitFor } from '../../support/wait-for.js';
import { createRedisSpace, type RedisSpace } from './redis-space.js';

const HOURLY = { quota: 5, windowSeconds: 3_600 };
let space: RedisSpace;
beforeAll(() => {
  space = createRedisSpace();
});
afterAll(() => space.close());

const someone = () => ({ userId: randomUUID(), address: '192.0.2.1' });
const taken = (answers: readonly RateAnswer[]) => answers.filter(({ kind }) => kind === 'taken').length;

describe('the shares of callers', () => {
  it('are spent exactly, however many ask at once and over however many clients', async () => {
    const other = createRedisSpace();
    const takes = [space, other].map(({ redis }) =>
      createTakeRate(redis, space.prefix, { customer: HOURLY, address: undefined }),
    );
    const [ada, bob] = [someone(), someone()];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => takes[n % 2]?.(n < 20 ? ada : bob) as Promise<RateAnswer>),
    );
    expect([taken(answers.slice(0, 20)), taken(answers.slice(20))]).toEqual([5, 5]);
    await other.close();
  });

  it('tell what is left, and how long it takes', async () => {
    const take = createTakeRate(space.redis, space.prefix, { customer: HOURLY, address: undefined });
    const ada = someone();
    const left: (number | undefined)[] = [];
    for (let n = 0; n < 5; n += 1) {
      const answer = await take(ada);
      left.push(answer.kind === 'taken' ? answer.customer?.remaining : undefined);
    }
    expect(left).toEqual([4, 3, 2, 1, 0]);
    const limited = await take(ada);
    // One of five in an hour comes back every twelve minutes.
    expect(limited).toMatchObject({ kind: 'limited', addressWaitMs: 0 });
    const waitMs = limited.kind === 'limited' ? limited.customerWaitMs : 0;
    expect(waitMs).toBeGreaterThan(660_000);
    expect(waitMs).toBeLessThanOrEqual(720_000);
  });

  it('come back one by one, and are forgotten when they are whole', async () => {
    const rate = { quota: 4, windowSeconds: 1 };
    const take = createTakeRate(space.redis, space.prefix, { customer: rate, address: undefined });
    const ada = someone();
    await Promise.all(Array.from({ length: 8 }, () => take(ada)));
    const again = await waitFor(
      async () => {
        const answer = await take(ada);
        return answer.kind === 'taken' && answer;
      },
      { what: 'a share to come back', intervalMs: 5 },
    );
    expect(again.customer?.remaining).toBeLessThan(3);
    await waitFor(async () => (await space.redis.exists(rateKeys(space.prefix, ada).customer)) === 0, {
      what: 'the share to be forgotten',
    });
  });

  it('are taken from neither when one of them is spent', async () => {
    const take = createTakeRate(space.redis, space.prefix, {
      customer: { quota: 2, windowSeconds: 3_600 },
      address: HOURLY,
    });
    const address = randomUUID();
    const ada = { userId: randomUUID(), address };
    const answers = [await take(ada), await take(ada)];
    expect(taken(answers)).toBe(2);
    // A customer who knocks on does not lock out those who share the address.
    const knocking = await Promise.all(Array.from({ length: 20 }, () => take(ada)));
    expect(taken(knocking)).toBe(0);
    expect(knocking[0]).toMatchObject({ customerWaitMs: expect.any(Number) as number, addressWaitMs: 0 });
    const neighbour = await take({ userId: randomUUID(), address });
    expect(neighbour).toMatchObject({ kind: 'taken', customer: { remaining: 1 }, address: { remaining: 2 } });
    // And the other way round.
    await Promise.all([1, 2].map(() => take({ userId: randomUUID(), address })));
    const late = { userId: randomUUID(), address };
    expect(await take(late)).toMatchObject({ kind: 'limited', customerWaitMs: 0 });
    expect(await take({ ...late, address: randomUUID() })).toMatchObject({ customer: { remaining: 1 } });
  });
});
