import { describe, expect, it } from 'vitest';
import { AppError, ERROR_CODES, type ErrorCode } from '../../../src/core/errors.js';
import { retryAfterOf, toProblem } from '../../../src/server/http/problem.js';

const SECRET = 'connect ECONNREFUSED 10.1.2.3:5432 as ordersctl';
const codes = Object.keys(ERROR_CODES) as ErrorCode[];

describe('a problem', () => {
  it('tells nothing of the error itself when the fault is ours', () => {
    for (const code of codes) {
      const problem = toProblem(
        new AppError(code, SECRET, { hint: SECRET, context: { SECRET } }),
        'ab'.repeat(16),
      );
      if (problem.status >= 500) expect(JSON.stringify(problem)).not.toContain('10.1.2.3');
    }
  });

  it('is an internal one for every code that no request can cause', () => {
    for (const code of [
      'CONFIG_INVALID',
      'USAGE',
      'CHECK_FAILED',
      'SCHEMA_MISSING',
      'REFUSED',
      'INTERNAL',
    ] as const) {
      expect(toProblem(new AppError(code, 'x'), '0')).toMatchObject({
        status: 500,
        code: 'INTERNAL',
        type: 'urn:ordersctl:problem:internal',
        retryable: false,
      });
    }
  });

  it('says when to come back exactly if waiting helps', () => {
    for (const code of codes) {
      const error = new AppError(code, 'x');
      const problem = toProblem(error, '0');
      expect(retryAfterOf(error) !== undefined).toBe(problem.retryable);
    }
    expect(retryAfterOf(new AppError('NOT_OPEN_YET', 'x', { retryAfterSeconds: 89.2 }))).toBe(90);
    expect(retryAfterOf(new AppError('NOT_OPEN_YET', 'x', { retryAfterSeconds: -3 }))).toBe(1);
  });

  it('spreads those it sends away over time', () => {
    const waits = Array.from({ length: 200 }, () => retryAfterOf(new AppError('SALE_PAUSED', 'x')) ?? 0);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...waits)).toBeLessThanOrEqual(10);
    expect(new Set(waits).size).toBeGreaterThan(2);
  });
});
