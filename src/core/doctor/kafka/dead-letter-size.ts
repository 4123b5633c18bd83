/** Whether every message that can be written can also be buried: one that cannot stops its partition for ever. */
import type { TopicReport } from '../../kafka/cluster-reader.js';
import { scopedName, TOPICS } from '../../names.js';
import type { Check } from '../check.js';
import { formatBytes } from '../redis/memory.js';
import { failed, ok, warning, skipped, type Verdict } from '../verdict.js';
import { topicsLook } from './topics-look.js';

/** A letter carries why it was buried in its headers. */
const HEADERS_BYTES = 64 * 1_024;

export function judgeDeadLetterSize(found: readonly TopicReport[], prefix: string): Verdict {
  if (found.length === 0) return skipped('no topic exists');
  const limitOf = (name: TopicReport['topic']) => {
    const text = found.find(({ topic }) => topic === name)?.settings['max.message.bytes'] ?? null;
    return text === null ? null : Number(text);
  };
  const letter = limitOf(TOPICS.deadLetters);
  const message = limitOf(TOPICS.reservations);
  if (letter === null || message === null)
    return warning('the brokers do not tell (no right to describe topics)');
  if (letter >= message + HEADERS_BYTES) return ok(`letters up to ${formatBytes(letter)}`);
  return failed(
    `letters up to ${formatBytes(letter)}, messages up to ${formatBytes(message)}: a large one cannot be buried and stops its partition`,
    `kafka-configs.sh --bootstrap-server "$KAFKA_BROKERS" --alter --entity-type topics --entity-name ${scopedName(prefix, TOPICS.deadLetters)} --add-config max.message.bytes=${2 * message}`,
  );
}

export const deadLetterSize: Check = {
  id: 'kafka.dead-letter-size',
  title: 'letter size',
  needs: ['kafka'],
  look: async (sources) => judgeDeadLetterSize(await sources.once(topicsLook), sources.config.prefix),
};
