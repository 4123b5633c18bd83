/** What a failed accept call says: whether its rows may have been saved, and whether asking again makes sense. */
import { AppError } from '../../core/errors.js';
import { sqlStateOf } from '../../core/postgres/postgres-errors.js';

/**
 * - `away`: the connection or the server; the outcome is unknown, the same ids must be submitted again.
 * - `clash`: rolled back in favour of another transaction; submit again.
 * - `contended`: rolled back after waiting too long; one product may be holding up the others.
 * - `broken`: a fault of ours; the next try would fail in the same way.
 */
export type BatchFault = 'away' | 'clash' | 'contended' | 'broken';

/** Serialization failure, deadlock. */
const CLASHES: ReadonlySet<string> = new Set(['40001', '40P01']);
/** Lock not granted in time, statement ended by its timeout. */
const WAITED_TOO_LONG: ReadonlySet<string> = new Set(['55P03', '57014']);

export function batchFaultOf(error: unknown): BatchFault {
  const state = sqlStateOf(error);
  if (state !== undefined && CLASHES.has(state)) return 'clash';
  if (state !== undefined && WAITED_TOO_LONG.has(state)) return 'contended';
  return error instanceof AppError && error.code === 'UNAVAILABLE' ? 'away' : 'broken';
}
