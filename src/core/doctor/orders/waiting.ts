/** Whether accepted orders wait for their saga for too long. */
import { formatDuration } from '../../duration.js';
import type { Cases } from '../../postgres/count-cases.js';
import type { Check } from '../check.js';
import { countOf } from '../name-some.js';
import { failed, ok, type Verdict } from '../verdict.js';
import { casesLook, WAITING_MS } from './cases-look.js';

function judgeWaiting({ waiting, oldestWaitingMs }: Cases): Verdict {
  const limit = formatDuration(WAITING_MS);
  if (waiting === 0) return ok(`no order is PENDING for over ${limit}`);
  const oldest = formatDuration(oldestWaitingMs ?? 0);
  return failed(
    `${countOf(waiting, 'order')} PENDING for over ${limit}, the oldest for ${oldest}`,
    `ordersctl replay --older-than ${WAITING_MS / 1_000}s --dry-run`,
  );
}

export const waiting: Check = {
  id: 'orders.waiting',
  title: 'waiting orders',
  needs: ['tables'],
  look: async (sources) => judgeWaiting(await sources.once(casesLook)),
};
