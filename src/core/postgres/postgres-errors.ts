/** What an error of PostgreSQL or of its client means to us, by SQLSTATE and never by message text. */
import { AppError } from '../errors.js';

/** SQLSTATEs that mean: the server cannot serve this now, and waiting may help. */
const UNAVAILABLE_STATES: Readonly<Record<string, string>> = {
  '25006': 'PostgreSQL is read-only (a replica, or a failover under way)',
  '25P03': 'the transaction stood idle too long and was ended',
  '40001': 'PostgreSQL gave up a transaction that clashed with another',
  '40P01': 'PostgreSQL gave up a transaction to end a deadlock',
  '53100': 'the disk of PostgreSQL is full',
  '53200': 'PostgreSQL is out of memory',
  '53300': 'PostgreSQL has no connection left',
  '55000': 'PostgreSQL is not accepting connections',
  '55P03': 'a lock was not granted in time',
  '57014': 'a statement took longer than allowed',
  '57P01': 'PostgreSQL is shutting down',
  '57P02': 'PostgreSQL crashed and is starting again',
  '57P03': 'PostgreSQL is starting or stopping',
};
/** Wrong credentials, no such database: waiting does not help, but the remedy is the same look at the address. */
const ACCESS_STATES = new Set(['28000', '28P01', '3D000', '42501']);
/** Undefined table, column or function: the migrations were not run. */
const SCHEMA_STATES = new Set(['42P01', '42703', '42883']);
const ADDRESS_HINT = 'Check DATABASE_URL, and that the server is up: ordersctl config show --origin';

/** The five-character SQLSTATE of an error, looked for along its causes; undefined for one that came without. */
export function sqlStateOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && /^[0-9A-Z]{5}$/.test(at.code)) return at.code;
  }
  return undefined;
}

/**
 * Tells errors that an operator can act on (the server is away, slow, full, not migrated) from those of a statement.
 * @returns UNAVAILABLE or SCHEMA_MISSING with the original as cause; any other error unchanged
 */
export function toPostgresError(thrown: unknown): AppError | Error {
  if (thrown instanceof AppError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const state = sqlStateOf(error);
  if (state === undefined) {
    // The client has no codes for its own connection errors, and a socket's code is no SQLSTATE. What remains
    // without a SQLSTATE is a parameter that cannot be sent: a bug, thrown as TypeError or RangeError.
    if (error instanceof TypeError || error instanceof RangeError) return error;
    return unavailable(`PostgreSQL does not answer: ${describe(error)}`, error, state);
  }
  if (SCHEMA_STATES.has(state)) {
    return new AppError('SCHEMA_MISSING', `the database is not migrated: ${error.message}`, {
      hint: 'Run: ordersctl migrate',
      context: { sqlState: state },
      cause: error,
    });
  }
  if (ACCESS_STATES.has(state))
    return unavailable(`PostgreSQL refuses access: ${error.message}`, error, state);
  const meaning =
    UNAVAILABLE_STATES[state] ?? (state.startsWith('08') ? 'the connection was lost' : undefined);
  return meaning === undefined ? error : unavailable(meaning, error, state);
}

/** True when a statement was ended for its length: the server is there, and what was asked is too much. */
export function isStatementTimeout(error: unknown): boolean {
  return sqlStateOf(error) === '57014';
}

/** True for errors of the data itself (class 22) or of a constraint (class 23): the row is at fault, not the server. */
export function isDataError(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && (state.startsWith('22') || state.startsWith('23'));
}

function unavailable(message: string, cause: Error, sqlState: string | undefined): AppError {
  return new AppError('UNAVAILABLE', message, {
    hint: ADDRESS_HINT,
    context: { dependency: 'postgres', ...(sqlState === undefined ? {} : { sqlState }) },
    cause,
    retryAfterSeconds: 1,
  });
}

/** Node hides the reason of a failed dual-stack connection inside an AggregateError with an empty message. */
function describe(error: Error): string {
  if (error.message !== '') return error.message;
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return inner instanceof Error ? inner.message : error.name;
}
