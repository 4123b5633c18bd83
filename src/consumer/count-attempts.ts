/** Remembers how often messages have failed by themselves. */
import type { PartitionPosition } from '../core/kafka/port.js';

export interface Attempts {
  /** One more failure of this message. @returns how many there are now */
  add(at: PartitionPosition, offset: string): number;
  /** The partition got on: everything up to and including this offset is done with. */
  forgetThrough(at: PartitionPosition, offset: string): void;
}

/**
 * Kept by this process only, since nobody else reads the partition meanwhile: a new member begins to count anew. No
 * more than a chunk of each partition is ever remembered.
 */
export function createAttempts(): Attempts {
  const partitions = new Map<number, Map<string, number>>();
  return {
    add({ partition }, offset) {
      const counts = partitions.get(partition) ?? new Map<string, number>();
      partitions.set(partition, counts);
      const attempts = (counts.get(offset) ?? 0) + 1;
      counts.set(offset, attempts);
      return attempts;
    },
    forgetThrough({ partition }, offset) {
      const counts = partitions.get(partition);
      if (!counts) return;
      for (const known of counts.keys()) if (BigInt(known) <= BigInt(offset)) counts.delete(known);
      if (counts.size === 0) partitions.delete(partition);
    },
  };
}
