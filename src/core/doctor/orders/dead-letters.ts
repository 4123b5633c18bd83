/** Whether messages were buried that nobody has decided about. */
import { TOPICS } from '../../names.js';
import type { Check } from '../check.js';
import { countOf } from '../name-some.js';
import { topicsLook } from '../kafka/topics-look.js';
import { ok, skipped, warning, type Verdict } from '../verdict.js';

/** @param stored in the topic; @param decided of them: replayed or dropped */
function judgeDeadLetters(stored: number, decided: number): Verdict {
  const open = Math.max(0, stored - decided);
  if (open === 0) return ok(stored === 0 ? 'none' : `none open, ${stored} replayed or dropped`);
  return warning(`${countOf(open, 'dead letter')} to be looked at`, 'ordersctl dlq list');
}

export const deadLetters: Check = {
  id: 'orders.dead-letters',
  title: 'dead letters',
  needs: ['kafka', 'tables'],
  async look(sources) {
    const found = await sources.once(topicsLook);
    if (!found.some(({ topic }) => topic === TOPICS.deadLetters)) {
      return skipped(`${TOPICS.deadLetters} does not exist`);
    }
    const { countDecidedLetters } = await import('../../postgres/count-decided-letters.js');
    const cluster = await sources.stores.cluster();
    const stretches = await cluster.stored(TOPICS.deadLetters);
    const stored = stretches.reduce((sum, { low, high }) => sum + Number(high - low), 0);
    return judgeDeadLetters(stored, await countDecidedLetters(await sources.stores.postgres(), stretches));
  },
};
