/** Whether money that customers must get back is on its way. */
import { formatDuration } from '../../duration.js';
import type { Cases } from '../../postgres/count-cases.js';
import type { Check } from '../check.js';
import { countOf } from '../name-some.js';
import { ok, warning, type Verdict } from '../verdict.js';
import { casesLook } from './cases-look.js';

/** The sweep comes every half minute, and asks the gateway again while it is away. */
const LATE_MS = 600_000;

function judgeRefunds({ refundsDue, oldestRefundMs }: Cases): Verdict {
  if (refundsDue === 0) return ok('none is due');
  const oldest = oldestRefundMs ?? 0;
  const text = `${countOf(refundsDue, 'order is', 'orders are')} due, the oldest of ${formatDuration(oldest)} ago`;
  return oldest > LATE_MS ? warning(`${text}: no worker gives it back`, 'ordersctl worker') : ok(text);
}

export const refunds: Check = {
  id: 'orders.refunds',
  title: 'refunds',
  needs: ['tables'],
  look: async (sources) => judgeRefunds(await sources.once(casesLook)),
};
