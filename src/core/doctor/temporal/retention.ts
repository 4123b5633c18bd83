/**
 * Whether Temporal remembers a closed saga for as long as Kafka may deliver its order again: REJECT_DUPLICATE knows
 * only what is remembered. Past that, the order row alone refuses the second saga (I7).
 */
import { formatDuration } from '../../duration.js';
import { TOPICS } from '../../names.js';
import type { NamespaceDescription } from '../../temporal/check-namespace.js';
import type { Check } from '../check.js';
import { keptFor, retentionOf } from '../kafka/retention.js';
import { topicsLook } from '../kafka/topics-look.js';
import { ok, skipped, warning, type Verdict } from '../verdict.js';
import { namespaceLook } from './namespace-look.js';

const DAY_MS = 86_400_000;

/** @param kafkaMs Infinity for ever; null when not known */
export function judgeSagaRetention(found: NamespaceDescription | null, kafkaMs: number | null): Verdict {
  if (found === null) return skipped('there is no namespace');
  if (found.retentionDays === null || kafkaMs === null) return warning('the servers do not tell');
  const temporalMs = found.retentionDays * DAY_MS;
  const text = `closed sagas ${formatDuration(temporalMs)}, orders in Kafka ${keptFor(kafkaMs)}`;
  if (temporalMs > kafkaMs) return ok(text);
  const days = kafkaMs === Infinity ? 30 : Math.ceil(kafkaMs / DAY_MS) + 1;
  return warning(
    `${text}: an order delivered again after that is refused by its row alone`,
    `temporal operator namespace update --namespace ${found.namespace} --retention ${days}d`,
  );
}

export const retention: Check = {
  id: 'temporal.retention',
  title: 'retention',
  needs: ['temporal', 'kafka'],
  async look(sources) {
    const [found, topics] = await Promise.all([sources.once(namespaceLook), sources.once(topicsLook)]);
    if (topics.length === 0) return skipped('no topic exists');
    return judgeSagaRetention(found, retentionOf(topics, TOPICS.reservations));
  },
};
