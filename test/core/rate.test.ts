import { describe, expect, it } from 'vitest';
import { parseRate } from '../../src/core/rate.js';

describe('a rate', () => {
  it.each([
    ['10/1s', 10, 1],
    ['30/1m', 30, 60],
    ['1/500s', 1, 500],
    ['1000000/1d', 1_000_000, 86_400],
  ])('is written %s', (text, quota, windowSeconds) => {
    expect(parseRate(text)).toEqual({ quota, windowSeconds });
  });

  it.each(['10', '10/s', '0/1s', '-1/1s', '1.5/1s', '10/500ms', '10/1.5s', '10/2d', '10/0s', '10/1s/1s', ''])(
    'is not written "%s"',
    (text) => {
      expect(() => parseRate(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    },
  );
});
