/** Whether each topic has the partitions that the setting says: they bound how many `consume` share the work. */
import type { TopicReport } from '../../kafka/cluster-reader.js';
import { scopedName } from '../../names.js';
import type { Check } from '../check.js';
import { nameSome } from '../name-some.js';
import { failed, ok, skipped, type Verdict } from '../verdict.js';
import { topicsLook } from './topics-look.js';

export function judgePartitions(
  found: readonly TopicReport[],
  { kafkaPartitions: wanted, prefix }: { readonly kafkaPartitions: number; readonly prefix: string },
): Verdict {
  if (found.length === 0) return skipped('no topic exists');
  const few = found.filter(({ partitions }) => partitions < wanted);
  const [first] = few;
  if (first) {
    const names = few.map(({ topic, partitions }) => `${topic} has ${partitions}`);
    return failed(
      `${nameSome(names)}, not ${wanted}`,
      `kafka-topics.sh --bootstrap-server "$KAFKA_BROKERS" --alter --topic ${scopedName(prefix, first.topic)} --partitions ${wanted}`,
    );
  }
  const most = Math.max(...found.map(({ partitions }) => partitions));
  return ok(most > wanted ? `${wanted} or more each` : `${wanted} each`);
}

export const partitions: Check = {
  id: 'kafka.partitions',
  title: 'partitions',
  needs: ['kafka'],
  look: async (sources) => judgePartitions(await sources.once(topicsLook), sources.config),
};
