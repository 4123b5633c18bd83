/** Whether events survive a broker, and can be written while one is away. */
import type { TopicReport } from '../../kafka/cluster-reader.js';
import type { Check } from '../check.js';
import { countOf, nameSome } from '../name-some.js';
import { failed, ok, skipped, warning, type Verdict } from '../verdict.js';
import { brokersLook, topicsLook } from './topics-look.js';

const DESCRIBE = 'kafka-topics.sh --bootstrap-server "$KAFKA_BROKERS" --describe';

export function judgeReplication(
  found: readonly TopicReport[],
  brokers: number,
  config: { readonly kafkaReplication: number; readonly production: boolean },
): Verdict {
  if (found.length === 0) return skipped('no topic exists');
  const named = (some: readonly TopicReport[]) => nameSome(some.map(({ topic }) => topic));
  const stuck = found.filter((topic) => topic.replicas < minInSync(topic));
  if (stuck.length > 0) {
    return failed(
      `fewer copies than min.insync.replicas, so nothing can be written: ${named(stuck)}`,
      DESCRIBE,
    );
  }
  const absent = found.filter(({ replicas }) => replicas > brokers);
  if (absent.length > 0) {
    return failed(
      `${countOf(brokers, 'broker')} for ${absent[0]?.replicas} copies: brokers are away`,
      DESCRIBE,
    );
  }
  const fewer = found.filter(({ replicas }) => replicas < config.kafkaReplication);
  if (fewer.length > 0)
    return warning(`fewer copies than ${config.kafkaReplication}: ${named(fewer)}`, DESCRIBE);
  const single = found.filter(({ replicas }) => replicas === 1);
  if (single.length > 0 && (brokers > 1 || config.production)) {
    return warning(`one copy, which a lost broker takes along: ${named(single)}`, DESCRIBE);
  }
  const brittle = found.filter((topic) => topic.replicas > 1 && topic.replicas === minInSync(topic));
  if (brittle.length > 0) {
    return warning(
      `min.insync.replicas is all copies, so one broker away stops: ${named(brittle)}`,
      DESCRIBE,
    );
  }
  const copies = Math.min(...found.map(({ replicas }) => replicas));
  return ok(`${countOf(copies, 'copy', 'copies')} on ${countOf(brokers, 'broker')}`);
}

function minInSync({ settings }: TopicReport): number {
  return Number(settings['min.insync.replicas'] ?? 1);
}

export const replication: Check = {
  id: 'kafka.replication',
  title: 'replication',
  needs: ['kafka'],
  async look(sources) {
    const [found, brokers] = await Promise.all([sources.once(topicsLook), sources.once(brokersLook)]);
    return judgeReplication(found, brokers, sources.config);
  },
};
