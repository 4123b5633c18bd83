/** Remembers which partitions of this member wait, and for what. */
import type { PartitionPosition } from '../core/kafka/port.js';
import type { Waits } from './consume-batch.js';

export interface WaitingPartitions extends Waits {
  /** Partition → reason; only what this member still holds. */
  list(): readonly { readonly partition: number; readonly reason: string }[];
}

export function createWaitingPartitions(assigned: () => readonly PartitionPosition[]): WaitingPartitions {
  const reasons = new Map<number, string>();
  return {
    set: ({ partition }, reason) => void reasons.set(partition, reason),
    clear: ({ partition }) => void reasons.delete(partition),
    list() {
      const mine = new Set(assigned().map(({ partition }) => partition));
      for (const partition of reasons.keys()) if (!mine.has(partition)) reasons.delete(partition);
      return [...reasons].map(([partition, reason]) => ({ partition, reason }));
    },
  };
}
