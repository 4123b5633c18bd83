import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { createPartialAnswer } from '../../src/core/partial-answer.js';

describe('createPartialAnswer', () => {
  it('goes on without a store that is away, asks it only once and names it', async () => {
    const answer = createPartialAnswer();
    let asked = 0;
    const look = () => {
      asked += 1;
      return Promise.reject(new AppError('UNAVAILABLE', 'Redis is not reachable'));
    };
    expect(await answer.ask('redis', look)).toBeNull();
    expect(await answer.ask('redis', look)).toBeNull();
    expect(await answer.ask('postgres', () => Promise.resolve(7))).toBe(7);
    expect(asked).toBe(1);
    expect(answer.isAway('redis')).toBe(true);
    expect(answer.isAway('postgres')).toBe(false);
    expect(answer.unavailable).toEqual([{ store: 'redis', reason: 'Redis is not reachable' }]);
    expect(() => answer.assertComplete()).toThrow('Redis is not reachable');
  });

  it('passes on every other error', async () => {
    const answer = createPartialAnswer();
    const look = () => Promise.reject(new AppError('ORDER_NOT_FOUND', 'no order'));
    await expect(answer.ask('postgres', look)).rejects.toThrow('no order');
    answer.assertComplete();
  });

  it('counts a store that never answers as away', async () => {
    const answer = createPartialAnswer(20);
    expect(await answer.ask('kafka', () => new Promise(() => undefined))).toBeNull();
    expect(answer.unavailable).toEqual([{ store: 'kafka', reason: 'kafka did not answer within 20 ms' }]);
  });
});
