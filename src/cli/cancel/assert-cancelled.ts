/** Whether cancelling has come to its end, as an exit code. */
import { AppError } from '../../core/errors.js';
import type { BulkEnd } from '../bulk/run-bulk-command.js';
import type { CancelResult } from './cancel-batch.js';

/** @throws AppError of what is left: a store that was away first, then orders that were missed, and units */
export function assertCancelled({ report, selected, planned, results }: BulkEnd<CancelResult>): void {
  if (report.stoppedBy) throw report.stoppedBy;
  const { counts } = results;
  const { named } = selected;
  // Of a filter, orders that moved on meanwhile are left alone; one that was named is missed.
  const missed = (counts['failed'] ?? 0) + (named ? (counts['paid'] ?? 0) + (counts['ended'] ?? 0) : 0);
  const [only] = results.kept;
  if (missed > 0 && results.total === 1 && only && only.outcome !== 'failed') {
    const paid = only.outcome === 'paid';
    throw new AppError(
      'WRONG_STATE',
      `order ${only.orderId} ${paid ? 'is paid' : 'has ended'}, and stays so`,
      {
        hint: paid
          ? 'With --even-if-paid it is cancelled and its money becomes due for refund'
          : `ordersctl inspect ${only.orderId} shows how it ended`,
      },
    );
  }
  if (missed > 0) {
    throw new AppError('PARTLY_FAILED', `${missed} of ${planned} orders were not cancelled`, {
      hint: 'Run the same command again: what is cancelled stays so',
    });
  }
  const open = results.kept.filter(({ outcome, givenBack }) => outcome !== 'failed' && !givenBack).length;
  if (open === 0) return;
  throw new AppError('UNAVAILABLE', `${open} cancelled orders still hold their units in Redis`, {
    hint: "The worker's sweep gives them back, or the same command again",
  });
}
