/** Tries again what failed by something that passes, where the client itself gives up at once. */
import kafkajs from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';

// Node finds the names of most exports of this CommonJS module, not those of its errors.
const { KafkaJSError, KafkaJSProtocolError } = kafkajs;

/** Over three seconds in all: a coordinator that loads its groups, as on a new broker, takes less than one. */
const WAITS_MS = [100, 200, 400, 800, 1_600] as const;

/**
 * Joining a group, the client tries again only what is a rebalance; that the coordinator still loads is a crash to it.
 * @param work safe to be begun anew
 * @param options.passes what is tried again; whatever the client calls retriable, unless given
 * @throws what `work` throws, once it is nothing that passes or has lasted for all tries
 */
export async function retryPassing<T>(
  work: () => Promise<T>,
  options: { passes?: (error: unknown) => boolean; waitsMs?: readonly number[] } = {},
): Promise<T> {
  const { passes = isRetriable, waitsMs = WAITS_MS } = options;
  for (const waitMs of waitsMs) {
    try {
      return await work();
    } catch (error) {
      if (!passes(error)) throw error;
      await sleep(waitMs);
    }
  }
  return work();
}

/** A broker has answered, and said that it is not now or no longer the one to ask; not one that hangs or is away. */
export function isMoving(error: unknown): boolean {
  return error instanceof KafkaJSProtocolError && error.retriable;
}

function isRetriable(error: unknown): boolean {
  return error instanceof KafkaJSError && error.retriable;
}
