/** Connects the watch of this process to what all processes announce. */
import type { Log } from '../../core/log.js';
import type { OrdersRedis } from '../../core/redis/create-redis.js';
import { subscribeOrderChanges, type OrderChange } from '../../core/redis/order-changes.js';
import type { OrderWatch } from './order-watch.js';

/**
 * Does not wait for Redis: the subscription takes effect when Redis answers, and until then the poll of the watch is
 * what streams live on. It ends with the subscriber's connection.
 */
export function followOrderChanges(
  subscriber: OrdersRedis,
  prefix: string,
  watch: Pick<OrderWatch, 'hint' | 'hintAll'>,
  log: Log,
): void {
  const onChanges = (changes: readonly OrderChange[]) => watch.hint(changes.map((change) => change.orderId));
  subscribeOrderChanges(subscriber, prefix, onChanges, () => watch.hintAll()).catch((error: unknown) => {
    log.warn({ err: error }, 'order changes of other processes are only seen by polling');
  });
}
