import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgressWatch } from '../../src/consumer/watch-progress.js';
import type { PartitionOffsets } from '../../src/core/kafka/kafka-admin.js';
import { createSilentLog } from '../../src/core/log.js';

const offsetsOf = (...lags: number[]): PartitionOffsets[] =>
  lags.map((lag, partition) => ({ topic: 't', partition, low: '0', high: '9', committed: '0', lag }));

describe('the progress watch', () => {
  let read: () => Promise<PartitionOffsets[]>;
  let assigned = [0, 1];
  let watch: ReturnType<typeof createProgressWatch>;
  let failure: Error | undefined;

  beforeEach(() => {
    vi.useFakeTimers();
    assigned = [0, 1];
    failure = undefined;
    read = () => Promise.resolve(offsetsOf(0, 0));
    watch = createProgressWatch({
      readOffsets: () => read(),
      assigned: () => assigned.map((partition) => ({ topic: 't', partition })),
      log: createSilentLog(),
    });
    watch.failed.catch((error: Error) => (failure = error));
    watch.start();
  });
  afterEach(() => {
    watch.stop();
    vi.useRealTimers();
  });
  const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1_000);

  it('ends the process when messages wait and one partition does not get on for a minute', async () => {
    read = () => Promise.resolve(offsetsOf(0, 5));
    await pass(60);
    expect(failure).toBeUndefined();
    await pass(30);
    expect(failure?.message).toMatch(/partition 1 has 5 messages waiting and made no progress for 7\d s/);
  });

  it('is content while a partition gets on, however long its queue', async () => {
    read = () => Promise.resolve(offsetsOf(5_000, 5_000));
    for (let second = 0; second < 300; second += 10) {
      watch.onProgress({ topic: 't', partition: 0 });
      watch.onProgress({ topic: 't', partition: 1 });
      await pass(10);
    }
    expect(failure).toBeUndefined();
    expect(watch.lag()).toBe(10_000);
  });

  it('is content while nothing waits', async () => {
    await pass(600);
    expect(failure).toBeUndefined();
  });

  it('does not blame this member for partitions of another', async () => {
    assigned = [0];
    read = () => Promise.resolve(offsetsOf(0, 5));
    await pass(600);
    expect(failure).toBeUndefined();
    expect(watch.lag()).toBe(0);
  });

  it('gives the full minute again after the broker was away', async () => {
    read = () => Promise.resolve(offsetsOf(5, 0));
    await pass(40);
    read = () => Promise.reject(new Error('away'));
    await pass(600);
    read = () => Promise.resolve(offsetsOf(5, 0));
    await pass(60);
    expect(failure).toBeUndefined();
    await pass(30);
    expect(failure).toBeDefined();
  });

  it('gives the full minute again after the process was suspended', async () => {
    read = () => Promise.resolve(offsetsOf(5, 0));
    await pass(20);
    vi.setSystemTime(Date.now() + 3_600_000);
    await pass(50);
    expect(failure).toBeUndefined();
  });
});
