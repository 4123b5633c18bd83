import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { compareVersions } from '../../../src/core/postgres/compare-versions.js';
import { isDataError, sqlStateOf, toPostgresError } from '../../../src/core/postgres/postgres-errors.js';
import { toSafeInteger } from '../../../src/core/postgres/to-safe-integer.js';

const withState = (code: string) => Object.assign(new Error(`state ${code}`), { code });

describe('an error of PostgreSQL', () => {
  it.each(['57P01', '57014', '55P03', '40P01', '53300', '25006', '08006', '28P01'])(
    'with SQLSTATE %s means that the server is not available, and keeps its cause',
    (state) => {
      const original = withState(state);
      const error = toPostgresError(original);
      expect(error).toMatchObject({
        code: 'UNAVAILABLE',
        retryable: true,
        cause: original,
        context: { sqlState: state },
      });
      expect(sqlStateOf(error)).toBe(state);
    },
  );

  it.each(['42P01', '42883', '42703'])('with SQLSTATE %s means that migrations are missing', (state) => {
    expect(toPostgresError(withState(state))).toMatchObject({
      code: 'SCHEMA_MISSING',
      hint: 'Run: ordersctl migrate',
    });
  });

  it('without SQLSTATE is one of the connection, unless it is a bug of the caller', () => {
    expect(toPostgresError(new Error('Connection terminated'))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(toPostgresError(withState('ECONNRESET'))).toMatchObject({ code: 'UNAVAILABLE' });
    const inner = new AggregateError([new Error('connect ECONNREFUSED')], '');
    expect(toPostgresError(inner).message).toContain('ECONNREFUSED');
    const bug = new TypeError('cannot serialise');
    expect(toPostgresError(bug)).toBe(bug);
    expect(toPostgresError('text')).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('of the data or of a constraint is left as it is and told apart', () => {
    for (const state of ['22P02', '22003', '23505', '23514']) {
      const original = withState(state);
      expect(toPostgresError(original)).toBe(original);
      expect(isDataError(original)).toBe(true);
    }
    expect(isDataError(withState('57014'))).toBe(false);
    expect(isDataError(new Error('no state'))).toBe(false);
    const own = new AppError('OVERLOADED', 'x');
    expect(toPostgresError(own)).toBe(own);
  });
});

it('reads integers as text exactly or not at all', () => {
  expect(toSafeInteger('9007199254740991')).toBe(9_007_199_254_740_991);
  for (const text of ['9007199254740993', '1.5', '', 'x'].slice(0, 2))
    expect(() => toSafeInteger(text)).toThrow();
});

it('orders versions by number', () => {
  const sorted = ['0.10.0', '0.9.1', '1.0.0', '0.9.0'].sort(compareVersions);
  expect(sorted).toEqual(['0.9.0', '0.9.1', '0.10.0', '1.0.0']);
  expect(compareVersions('1.0.0', '1.0.0-rc.1')).toBe(0);
});
