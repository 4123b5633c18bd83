import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { createBatcher, type BatcherOptions } from '../../src/core/create-batcher.js';

interface Call {
  readonly inputs: readonly string[];
  finish(): void;
  fail(error: unknown): void;
}

/** A batcher whose calls stay open until the test ends them. */
function createHeld(options: Partial<BatcherOptions<string, string>> = {}) {
  const calls: Call[] = [];
  const batcher = createBatcher<string, string>({
    name: 'test',
    keyOf: (input) => input.slice(0, 1),
    run: (inputs) =>
      new Promise((resolve, reject) => {
        const outputs = new Map(inputs.map((input) => [input.slice(0, 1), input.toUpperCase()]));
        calls.push({ inputs, finish: () => resolve(outputs), fail: reject });
      }),
    maxBatch: 3,
    maxQueue: 5,
    ...options,
  });
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  return { batcher, calls, turn };
}

describe('createBatcher', () => {
  it('puts calls of one moment into one batch, and what comes meanwhile into the next', async () => {
    const { batcher, calls, turn } = createHeld();
    const first = [batcher('a'), batcher('b')];
    await turn();
    const second = [batcher('c'), batcher('d')];
    await turn();
    expect(calls.map((call) => call.inputs)).toEqual([['a', 'b']]);
    calls[0]?.finish();
    expect(await Promise.all(first)).toEqual(['A', 'B']);
    await turn();
    expect(calls[1]?.inputs).toEqual(['c', 'd']);
    calls[1]?.finish();
    expect(await Promise.all(second)).toEqual(['C', 'D']);
  });

  it('never puts the same thing twice into one batch', async () => {
    const { batcher, calls, turn } = createHeld();
    const both = [batcher('a1'), batcher('a2'), batcher('b')];
    await turn();
    expect(calls[0]?.inputs).toEqual(['a1', 'b']);
    calls[0]?.finish();
    await turn();
    expect(calls[1]?.inputs).toEqual(['a2']);
    calls[1]?.finish();
    expect(await Promise.all(both)).toEqual(['A1', 'A2', 'B']);
  });

  it('keeps batches and queue within their bounds, and refuses what is too much', async () => {
    const { batcher, calls, turn } = createHeld();
    const flying = ['a', 'b', 'c'].map(batcher);
    await turn();
    const waiting = ['d', 'e', 'f', 'g', 'h'].map(batcher);
    await expect(batcher('i')).rejects.toMatchObject({ code: 'OVERLOADED' });
    calls[0]?.finish();
    await turn();
    expect(calls[1]?.inputs).toEqual(['d', 'e', 'f']);
    calls[1]?.finish();
    await turn();
    calls[2]?.finish();
    expect(await Promise.all([...flying, ...waiting])).toHaveLength(8);
  });

  it('lets one bad row harm no neighbour', async () => {
    const batches: (readonly string[])[] = [];
    const { batcher } = createHeld({
      maxBatch: 8,
      maxQueue: 8,
      run: (inputs) => {
        batches.push(inputs);
        if (inputs.includes('x')) return Promise.reject(new Error('bad row'));
        return Promise.resolve(new Map(inputs.map((input) => [input, input])));
      },
    });
    const settled = await Promise.allSettled(['a', 'b', 'x', 'c', 'd'].map(batcher));
    expect(settled.map((one) => one.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(batches.length).toBeLessThanOrEqual(7);
  });

  it('does not ask an absent store once per row', async () => {
    let runs = 0;
    const { batcher } = createHeld({
      run: () => {
        runs += 1;
        return Promise.reject(new AppError('UNAVAILABLE', 'away'));
      },
    });
    const settled = await Promise.allSettled(['a', 'b', 'c'].map(batcher));
    expect(settled.every((one) => one.status === 'rejected')).toBe(true);
    expect(runs).toBe(1);
  });

  it('goes on with the next batch after a failed one', async () => {
    const { batcher, calls, turn } = createHeld();
    const lost = batcher('a');
    lost.catch(() => undefined);
    await turn();
    const next = batcher('b');
    calls[0]?.fail(new Error('broken'));
    await expect(lost).rejects.toThrow('broken');
    await turn();
    calls[1]?.finish();
    expect(await next).toBe('B');
  });

  it('says so when the store knows nothing of the thing', async () => {
    const { batcher } = createHeld({ run: () => Promise.resolve(new Map()) });
    await expect(batcher('a')).rejects.toMatchObject({ code: 'ORDER_NOT_FOUND' });
  });
});
