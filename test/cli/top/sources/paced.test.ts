import { expect, it } from 'vitest';
import { paced } from '../../../../src/cli/top/sources/paced.js';

const MS_PER_POLL = 10;

/** @param costs of one look after the other, the last one from then on */
async function looksIn(calls: number, costs: readonly number[]): Promise<number> {
  let looks = 0;
  const look = paced(() => Promise.resolve((looks += 1)), {
    msPerPoll: MS_PER_POLL,
    costOf: (nth) => costs[nth - 1] ?? costs.at(-1) ?? 0,
  });
  for (let call = 0; call < calls; call += 1) await look();
  return looks;
}

it('looks with every call while a look costs no more than a poll may take', async () => {
  expect(await looksIn(12, [0])).toBe(12);
  expect(await looksIn(12, [10])).toBe(12);
});

it('looks more seldom the more it costs, so that the average stays the same', async () => {
  expect(await looksIn(12, [30])).toBe(4);
  expect(await looksIn(100, [1_000])).toBe(1);
  expect(await looksIn(101, [1_000])).toBe(2);
  expect(await looksIn(14, [30, 0])).toBe(12);
});

it('gives the last answer meanwhile and says so', async () => {
  let looks = 0;
  const look = paced(() => Promise.resolve((looks += 1)), { msPerPoll: MS_PER_POLL, costOf: () => 20 });
  expect(await look()).toEqual({ value: 1, fresh: true });
  expect(await look()).toEqual({ value: 1, fresh: false });
  expect(await look()).toEqual({ value: 2, fresh: true });
});

it('looks again at once after a look that failed, and passes its error on', async () => {
  let looks = 0;
  const look = paced(
    () => {
      looks += 1;
      return looks === 2 ? Promise.reject(new Error('away')) : Promise.resolve(looks);
    },
    { msPerPoll: MS_PER_POLL, costOf: () => 0 },
  );
  await look();
  await expect(look()).rejects.toThrow('away');
  expect(await look()).toEqual({ value: 3, fresh: true });
});
