import { expect, it } from 'vitest';
import { coveredMs, timeStores } from '../../../src/bench/operators/store-clock.js';
import { timeStoreCall } from '../../../src/core/store-calls.js';

const call = (startedAt: number, endedAt: number) => ({ startedAt, endedAt });

it('counts calls at the same moment once, and no time in between', () => {
  expect(coveredMs([])).toBe(0);
  expect(coveredMs([call(10, 30), call(0, 5), call(20, 25), call(29, 40)])).toBe(35);
});

it('hears the calls of a piece of work, also one that fails, and none after it', async () => {
  const { result, byStore } = await timeStores(async () => {
    await timeStoreCall('redis', () => Promise.resolve(1));
    const failing = timeStoreCall('postgres', () => Promise.reject(new Error('away')));
    await expect(failing).rejects.toThrow('away');
    return 'done';
  });
  expect(result).toBe('done');
  expect(Object.keys(byStore).sort()).toEqual(['postgres', 'redis']);
  const second = await timeStores(() => Promise.resolve());
  expect(second.byStore).toEqual({});
  expect(await timeStoreCall('redis', () => Promise.resolve(2))).toBe(2);
});
