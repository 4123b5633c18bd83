/** Whether Kafka keeps orders for longer than anything that reads them may be away. */
import { formatDuration } from '../../duration.js';
import type { TopicReport } from '../../kafka/cluster-reader.js';
import { scopedName, TOPICS } from '../../names.js';
import type { Check } from '../check.js';
import { ok, warning, skipped, type Verdict } from '../verdict.js';
import { topicsLook } from './topics-look.js';

const DAY_MS = 86_400_000;

/** @returns ms, Infinity for ever; null when the topic is missing or does not tell */
export function retentionOf(found: readonly TopicReport[], topic: TopicReport['topic']): number | null {
  const text = found.find((one) => one.topic === topic)?.settings['retention.ms'] ?? null;
  if (text === null) return null;
  return Number(text) < 0 ? Infinity : Number(text);
}

export function judgeRetention(found: readonly TopicReport[], prefix: string): Verdict {
  if (found.length === 0) return skipped('no topic exists');
  const orders = retentionOf(found, TOPICS.reservations);
  const letters = retentionOf(found, TOPICS.deadLetters);
  if (orders === null || letters === null)
    return warning('the brokers do not tell (no right to describe topics)');
  const text = `orders ${keptFor(orders)}, dead letters ${keptFor(letters)}`;
  const short = orders < DAY_MS ? TOPICS.reservations : letters < DAY_MS ? TOPICS.deadLetters : null;
  if (short === null) return ok(text);
  return warning(
    `${text}: an outage of a day would lose some`,
    `kafka-configs.sh --bootstrap-server "$KAFKA_BROKERS" --alter --entity-type topics --entity-name ${scopedName(prefix, short)} --add-config retention.ms=${7 * DAY_MS}`,
  );
}

export function keptFor(ms: number): string {
  return ms === Infinity ? 'for ever' : formatDuration(ms);
}

export const retention: Check = {
  id: 'kafka.retention',
  title: 'retention',
  needs: ['kafka'],
  look: async (sources) => judgeRetention(await sources.once(topicsLook), sources.config.prefix),
};
