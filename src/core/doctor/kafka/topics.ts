/** Whether all topics exist and can be written to. */
import type { TopicReport } from '../../kafka/cluster-reader.js';
import { TOPICS } from '../../names.js';
import type { Check } from '../check.js';
import { nameSome } from '../name-some.js';
import { failed, ok, type Verdict } from '../verdict.js';
import { topicsLook } from './topics-look.js';

export function judgeTopics(found: readonly TopicReport[]): Verdict {
  const all = Object.values(TOPICS);
  const missing = all.filter((name) => !found.some(({ topic }) => topic === name));
  if (missing.length > 0) return failed(`missing: ${nameSome(missing, all.length)}`, 'ordersctl migrate');
  const leaderless = found.filter((topic) => topic.leaderless > 0);
  if (leaderless.length > 0) {
    const names = leaderless.map(({ topic, leaderless: count }) => `${topic} (${count})`);
    return failed(
      `partitions without a leader: ${nameSome(names)}`,
      'kafka-topics.sh --bootstrap-server "$KAFKA_BROKERS" --describe --unavailable-partitions',
    );
  }
  return ok(`all ${all.length} exist`);
}

export const topics: Check = {
  id: 'kafka.topics',
  title: 'topics',
  needs: ['kafka'],
  look: async (sources) => judgeTopics(await sources.once(topicsLook)),
};
