/** The one place that shows an error: three lines for people (what, why, how to fix), JSON for scripts. */
import { toErrorJson, type AppError } from '../../core/errors.js';
import type { GlobalFlags } from '../global-flags.js';
import type { CliIo } from '../io.js';
import { createColours, hasColour } from './colours.js';

/** Writes the error to stderr. An INTERNAL one is our bug and says so. */
export function showError(io: CliIo, flags: GlobalFlags, error: AppError): void {
  io.stderr.write(`${flags.json ? JSON.stringify(toErrorJson(error)) : forPeople(io, flags, error)}\n`);
  if (flags.debug) io.stderr.write(`${stackOf(error)}\n`);
}

function forPeople(io: CliIo, flags: GlobalFlags, error: AppError): string {
  const colours = createColours(hasColour(io.stderr, io.env, flags.colour));
  const lines = [`${colours.bad('error:')} ${error.message}`];
  const why = causeOf(error);
  if (why) lines.push(`  ${colours.faint('why:')} ${why}`);
  const fix =
    error.hint ??
    (error.code === 'INTERNAL'
      ? 'This is a bug in ordersctl: run it again with --debug and report what it prints'
      : undefined);
  if (fix) lines.push(`  ${colours.accent('fix:')} ${fix}`);
  return lines.join('\n');
}

/** The innermost reason that says something else than the error itself. */
function causeOf(error: AppError): string | undefined {
  let cause: unknown = error.cause;
  let reason: string | undefined;
  for (let depth = 0; cause instanceof Error && depth < 5; depth += 1) {
    // An AggregateError of a refused connection has an empty message and the reason in its parts.
    const inner: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
    const text = inner instanceof Error ? inner.message : String(inner);
    if (text && !error.message.includes(text)) reason = text;
    cause = cause.cause;
  }
  return reason?.split('\n')[0];
}

function stackOf(error: AppError): string {
  const parts = [error.stack ?? error.message];
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    parts.push(`caused by: ${cause.stack ?? cause.message}`);
  }
  return parts.join('\n');
}
