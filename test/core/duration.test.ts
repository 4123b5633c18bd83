import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { formatDuration, parseDuration } from '../../src/core/duration.js';

describe('parseDuration', () => {
  it.each([
    ['0s', 0],
    ['500ms', 500],
    ['90s', 90_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '10', '-5s', '5 s', '1w', 's', '1e3s'])('refuses "%s"', (text) => {
    expect(() => parseDuration(text)).toThrow(AppError);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [850, '850ms'],
    [42_900, '42s'],
    [185_000, '3m05s'],
    [7_800_000, '2h10m'],
    [356_400_000, '4d03h'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
