/** Whether somebody reads a topic, all of it, and keeps up. */
import type { GroupReport } from '../../kafka/cluster-reader.js';
import type { GroupSource } from '../../kafka/kafka-admin.js';
import { CONSUMER_GROUP, PRODUCTS_GROUP, TOPICS } from '../../names.js';
import type { Check, Sources } from '../check.js';
import { countOf, nameSome } from '../name-some.js';
import { failed, ok, skipped, warning, type Verdict } from '../verdict.js';
import { topicsLook } from './topics-look.js';

/** Some seconds of work for one `consume`. */
const LAG_MESSAGES = 1_000;

export function judgeGroup({ state, members, assigned, offsets }: GroupReport): Verdict {
  const lag = offsets.reduce((sum, partition) => sum + partition.lag, 0);
  const behind = countOf(lag, 'message waits', 'messages wait');
  if (members === 0) return failed(`no member; ${behind}`, 'ordersctl consume');
  if (state !== 'Stable')
    return warning(`${countOf(members, 'member')}, sharing out anew (${state}); ${behind}`);
  const alone = offsets.filter(({ partition }) => !assigned.includes(partition));
  if (alone.length > 0) {
    const numbers = nameSome(alone.map(({ partition }) => String(partition)));
    return failed(`nobody reads partition ${numbers}; ${behind}`, 'ordersctl consume');
  }
  const text = `${countOf(members, 'member')} for ${countOf(offsets.length, 'partition')}; ${behind}`;
  return lag > LAG_MESSAGES ? warning(text, 'ordersctl top') : ok(text);
}

const check = (id: string, title: string, source: GroupSource): Check => ({
  id,
  title,
  needs: ['kafka'],
  async look(sources: Sources) {
    const found = await sources.once(topicsLook);
    if (!found.some(({ topic }) => topic === source.topic)) return skipped(`${source.topic} does not exist`);
    const cluster = await sources.stores.cluster();
    return judgeGroup(await cluster.group(source));
  },
});

export const ordersGroup = check('kafka.group', 'consumer group', {
  topic: TOPICS.reservations,
  group: CONSUMER_GROUP,
});
export const productsGroup = check('kafka.products-group', 'product events', {
  topic: TOPICS.products,
  group: PRODUCTS_GROUP,
});
