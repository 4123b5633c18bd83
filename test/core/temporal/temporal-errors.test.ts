import { describe, expect, it } from 'vitest';
import { toTemporalError } from '../../../src/core/temporal/temporal-errors.js';

const grpc = (code: number) =>
  Object.assign(new Error(`status ${code}`), { code, details: '', metadata: {} });

describe('what an error of Temporal means', () => {
  it.each([1, 2, 4, 8, 10, 12, 13, 14, 15])(
    'is waited for with status %i, also inside another error',
    (code) => {
      expect(toTemporalError(grpc(code))).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      const wrapped = new Error('start failed', { cause: grpc(code) });
      expect(toTemporalError(wrapped)).toMatchObject({ code: 'UNAVAILABLE' });
    },
  );

  it.each([5, 7, 16])('is a matter of configuration with status %i', (code) => {
    expect(toTemporalError(grpc(code))).toMatchObject({ code: 'CONFIG_INVALID', retryable: false });
  });

  it.each([3, 9, 11])('stays what it is with status %i: the fault of what was asked', (code) => {
    const error = grpc(code);
    expect(toTemporalError(error)).toBe(error);
  });
});
