/** Tells every `serve` which orders changed, over Redis pub/sub: a hint for open event streams, never the truth. */
import { z } from 'zod';
import { ORDER_STATUSES, type OrderStatus } from '../order.js';
import type { OrdersRedis } from './create-redis.js';
import { orderChangesChannel } from './keys.js';
import { toRedisError } from './redis-errors.js';

export interface OrderChange {
  readonly orderId: string;
  /** Rises with every change; readers drop lower ones (I11). */
  readonly version: number;
  readonly status: OrderStatus;
}

const changesSchema = z.array(
  z.object({ orderId: z.string(), version: z.number().int(), status: z.enum(ORDER_STATUSES) }),
);

/** Keeps one message small enough not to hold up a subscriber. */
const CHANGES_PER_MESSAGE = 500;

/**
 * Pub/sub delivers at most once: a stream that missed a change finds it in Postgres.
 * @throws AppError UNAVAILABLE; callers go on without it
 */
export async function publishOrderChanges(
  redis: OrdersRedis,
  prefix: string,
  changes: readonly OrderChange[],
): Promise<void> {
  const channel = orderChangesChannel(prefix);
  for (let start = 0; start < changes.length; start += CHANGES_PER_MESSAGE) {
    const message = changes
      .slice(start, start + CHANGES_PER_MESSAGE)
      .map(({ orderId, version, status }) => ({ orderId, version, status }));
    try {
      await redis.publish(channel, JSON.stringify(message));
    } catch (error) {
      throw toRedisError(error);
    }
  }
}

/**
 * One subscription per process; the client subscribes again by itself after a reconnect.
 * @param subscriber made by createRedis with purpose `subscriber`
 * @param listener must not throw; messages that are not ours are dropped
 * @param onGap must not throw; called once the subscription stands again after the connection was lost: whatever was
 *   announced meanwhile was missed
 * @returns undo
 */
export async function subscribeOrderChanges(
  subscriber: OrdersRedis,
  prefix: string,
  listener: (changes: readonly OrderChange[]) => void,
  onGap: () => void = () => undefined,
): Promise<() => Promise<void>> {
  const channel = orderChangesChannel(prefix);
  const onMessage = (from: string, message: string) => {
    if (from !== channel) return;
    const changes = parseChanges(message);
    if (changes) listener(changes);
  };
  // Asked for anew, because only the reply says from when on nothing is missed.
  const onReady = () => void subscriber.subscribe(channel).then(onGap, () => undefined);
  subscriber.on('message', onMessage);
  try {
    await subscriber.subscribe(channel);
    subscriber.on('ready', onReady);
  } catch (error) {
    subscriber.off('message', onMessage);
    throw toRedisError(error);
  }
  return async () => {
    subscriber.off('ready', onReady);
    subscriber.off('message', onMessage);
    await subscriber.unsubscribe(channel).catch(() => undefined);
  };
}

function parseChanges(message: string): readonly OrderChange[] | undefined {
  try {
    const parsed = changesSchema.safeParse(JSON.parse(message));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
