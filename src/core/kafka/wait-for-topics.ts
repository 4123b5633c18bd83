/** Waits until the brokers know a topic: creating one is answered before every broker has heard of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';

const POLL_MS = 100;
/** What a broker answers that has not heard of a topic, or of its leader, yet. */
const NOT_YET = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

/**
 * @param topics names as in the cluster
 * @returns the number of partitions of each, once all of them have leaders
 * @throws the broker's last answer when that is not so within `timeoutMs`
 */
export async function waitForTopics(
  admin: Admin,
  topics: string[],
  timeoutMs: number,
): Promise<ReadonlyMap<string, number>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      const answer = await admin.fetchTopicMetadata({ topics });
      return new Map(answer.topics.map((topic) => [topic.name, topic.partitions.length]));
    } catch (error) {
      if (!NOT_YET.has(typeOf(error)) || performance.now() > deadline) throw error;
      await sleep(POLL_MS);
    }
  }
}

/** The client's error classes cannot be imported by name from an ES module; the type of a broker's answer is a field. */
function typeOf(error: unknown): string {
  return error instanceof Error && 'type' in error ? String(error.type) : '';
}
