/** Whether calling sales off has come to its end, as an exit code. */
import { AppError } from '../../core/errors.js';
import { whyNoRefund } from '../../core/orders/plan-refund.js';
import type { OpenRefunds } from '../../core/postgres/count-open-refunds.js';
import type { Results } from '../bulk/collect-results.js';
import type { Selected } from '../bulk/read-selection.js';
import type { BulkReport } from '../bulk/run-bulk-change.js';
import type { RefundResult } from './refund-batch.js';

/** @throws AppError of what is left: a store that was away first, then orders that were missed, units, and money */
export function assertRefunded(
  { stoppedBy }: BulkReport,
  { named }: Selected,
  results: Results<RefundResult>,
  followed: OpenRefunds | null,
): void {
  if (stoppedBy) throw stoppedBy;
  const { counts, kept, total } = results;
  const [only] = kept;
  if (named && total === 1 && only?.outcome === 'not-confirmed' && only.status !== null) {
    const { message, hint } = whyNoRefund(only.orderId, only.status);
    throw new AppError('WRONG_STATE', message, { hint });
  }
  // Of a filter, an order that moved on meanwhile is left alone; one that was named is missed.
  const missed = (counts['failed'] ?? 0) + (named ? (counts['not-confirmed'] ?? 0) : 0);
  if (missed > 0) {
    throw new AppError('PARTLY_FAILED', `${missed} of ${total} orders were not refunded`, {
      hint: 'Run the same command again: what was called off stays so',
    });
  }
  const open = kept.filter(({ restocked, offered }) => restocked && !offered).length;
  if (open > 0) {
    throw new AppError('UNAVAILABLE', `the units of ${open} orders are free and not on offer in Redis yet`, {
      hint: "The worker's sweep offers them; of orders that you name, the same command does it too",
    });
  }
  if (followed === null || followed.due === 0) return;
  if (followed.refused === followed.due) {
    throw new AppError('PARTLY_FAILED', `the gateway refused ${followed.refused} refunds`, {
      hint: 'ordersctl review list shows why, and what can be done',
    });
  }
  throw new AppError('UNAVAILABLE', `${followed.due - followed.refused} refunds are still due`, {
    hint: 'A worker gives the money back: is one running, with the gateway that took it?',
  });
}
