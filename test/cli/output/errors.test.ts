import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AppError, toAppError } from '../../../src/core/errors.js';
import { NO_FLAGS } from '../../../src/cli/global-flags.js';
import { showError } from '../../../src/cli/output/errors.js';

function shown(error: AppError, flags: { json?: boolean; debug?: boolean } = {}): string {
  const stderr = new PassThrough({ encoding: 'utf8' });
  const io = { stderr, stdout: stderr, stdin: stderr, env: {}, cwd: '/', forceExit: () => undefined };
  showError(io, { ...NO_FLAGS, ...flags }, error);
  return stderr.read() as string;
}

describe('showError', () => {
  it('says what failed, why and how to fix it', () => {
    const cause = new AggregateError([new Error('connect ECONNREFUSED 127.0.0.1:5432')], '');
    const error = new AppError('UNAVAILABLE', 'PostgreSQL does not answer', { hint: 'Start it', cause });
    expect(shown(error)).toBe(
      'error: PostgreSQL does not answer\n  why: connect ECONNREFUSED 127.0.0.1:5432\n  fix: Start it\n',
    );
  });

  it('does not repeat a cause that the message already tells', () => {
    const error = new AppError('UNAVAILABLE', 'down: refused', {
      hint: 'Start it',
      cause: new Error('refused'),
    });
    expect(shown(error)).toBe('error: down: refused\n  fix: Start it\n');
  });

  it('owns up to a bug', () => {
    expect(shown(toAppError(new TypeError('x is not a function')))).toContain('This is a bug in ordersctl');
  });

  it('is one JSON document under --json, with null for a missing hint', () => {
    expect(JSON.parse(shown(new AppError('REFUSED', 'no'), { json: true }))).toEqual({
      error: { code: 'REFUSED', message: 'no', hint: null, retryable: false },
    });
  });

  it('shows the stacks of error and causes with --debug', () => {
    const text = shown(new AppError('INTERNAL', 'outer', { cause: new Error('inner') }), { debug: true });
    expect(text).toContain('caused by: Error: inner');
  });
});
