import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createPace } from '../../src/core/pace.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const settled = async (work: Promise<void> | undefined) => {
  let done = false;
  void work?.then(() => (done = true));
  await vi.advanceTimersByTimeAsync(0);
  return () => done;
};

it('lets the first begin at once, and the next only when its time has come', async () => {
  const pace = createPace(10);
  const { signal } = new AbortController();
  expect(pace(signal)).toBeUndefined();
  const second = await settled(pace(signal));
  await vi.advanceTimersByTimeAsync(9);
  expect(second()).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(second()).toBe(true);
});

it('holds nobody up after a quiet moment, nor when it is told to end', async () => {
  const pace = createPace(10);
  const ending = new AbortController();
  void pace(ending.signal);
  await vi.advanceTimersByTimeAsync(10);
  expect(pace(ending.signal)).toBeUndefined();
  const waiting = await settled(pace(ending.signal));
  expect(waiting()).toBe(false);
  ending.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(waiting()).toBe(true);
});

it('takes another distance for once, from the last beginning', async () => {
  const pace = createPace(10);
  const { signal } = new AbortController();
  void pace(signal);
  const second = await settled(pace(signal, 25));
  await vi.advanceTimersByTimeAsync(24);
  expect(second()).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(second()).toBe(true);
});
