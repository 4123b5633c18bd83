/** Whether events get to Kafka, and how near the outbox is to refusing orders. */
import { formatDuration } from '../../duration.js';
import type { Check } from '../check.js';
import { countOf } from '../name-some.js';
import { failed, ok, warning, type Verdict } from '../verdict.js';

/** The relay sends right after commit; other processes take what is older than some seconds. */
const LATE_MS = 15_000;
const LOST_MS = 60_000;
const NEARLY_FULL = 0.8;

function judgeOutbox(
  { depth, oldestAgeMs }: { readonly depth: number; readonly oldestAgeMs: number | null },
  maxDepth: number,
): Verdict {
  if (depth === 0) return ok('empty');
  const age = oldestAgeMs ?? 0;
  const text = `${countOf(depth, 'event waits', 'events wait')} for Kafka, the oldest for ${formatDuration(age)}`;
  if (depth >= maxDepth * NEARLY_FULL) {
    return failed(`${text}: at ${maxDepth} serve refuses orders`, 'ordersctl doctor --only kafka,roles');
  }
  if (age >= LOST_MS) return failed(`${text}: no relay sends them`, 'ordersctl doctor --only kafka,roles');
  return age >= LATE_MS ? warning(text, 'ordersctl top') : ok(text);
}

export const outbox: Check = {
  id: 'orders.outbox',
  title: 'outbox',
  needs: ['tables'],
  async look({ stores, config }) {
    const { measureOutbox } = await import('../../postgres/measure-outbox.js');
    return judgeOutbox(await measureOutbox(await stores.postgres()), config.outboxMaxDepth);
  },
};
