/** Waits until topics can be written and read: creating one is answered before the brokers have taken it over. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';

const POLL_MS = 100;
/** What a broker answers that has not heard of a topic, or has not taken over its partitions, yet. */
const NOT_YET = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION']);

/**
 * Asks for the offsets too, not only for the leaders: metadata names a leader before that broker serves the partition,
 * and a batch sent in between is refused for some partitions and repeated for the others.
 * @param topics names as in the cluster
 * @returns the number of partitions of each
 * @throws the broker's last answer when they are not ready within `timeoutMs`
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
      for (const topic of topics) await admin.fetchTopicOffsets(topic);
      return new Map(answer.topics.map((topic) => [topic.name, topic.partitions.length]));
    } catch (error) {
      if (!isNotYet(error) || performance.now() > deadline) throw error;
      await sleep(POLL_MS);
    }
  }
}

/**
 * The client's error classes cannot be imported by name from an ES module; the type of a broker's answer is a field, and
 * where the client has tried again by itself the answer is the cause.
 */
function isNotYet(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('type' in at && NOT_YET.has(String(at.type))) return true;
  }
  return false;
}
