/** Tells the world of changes that have just been committed: Kafka by the relay, open event streams by Redis. */
import type { OutboxRecord } from '../outbox/record.js';
import { publishOrderChanges } from '../redis/order-changes.js';
import type { OrderDeps } from './order-deps.js';

/**
 * Never fails and never waits: the rows are committed. What is lost here is repaired, events by the relay's pass and
 * streams by reading the row.
 */
export function announce(
  deps: Pick<OrderDeps, 'relay' | 'redis' | 'prefix' | 'log'>,
  changes: Iterable<{ readonly events: readonly OutboxRecord[] }>,
): void {
  const records = [...changes].flatMap((change) => change.events);
  if (records.length === 0) return;
  deps.relay.offer(records);
  const told = records.map(({ orderId, version, order }) => ({ orderId, version, status: order.status }));
  publishOrderChanges(deps.redis, deps.prefix, told).catch((error: unknown) => {
    deps.log.debug({ err: error }, 'event streams were not told of changes');
  });
}
