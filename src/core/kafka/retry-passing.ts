/** Tries again what failed by something that passes, where the client itself gives up at once. */
import { KafkaJSError } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Over three seconds in all: a coordinator that loads its groups, as on a new broker, takes less than one. */
const WAITS_MS = [100, 200, 400, 800, 1_600] as const;

/**
 * Joining a group, the client tries again only what is a rebalance; that the coordinator still loads is a crash to it.
 * @param work safe to be begun anew
 * @throws what `work` throws, once it is nothing that passes or has lasted for all tries
 */
export async function retryPassing<T>(
  work: () => Promise<T>,
  waitsMs: readonly number[] = WAITS_MS,
): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof KafkaJSError) || !error.retriable) throw error;
      await sleep(waitMs);
    }
  }
  return work();
}
