import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { partitionOf } from '../../../src/core/kafka/partition-of.js';

describe('partitionOf', () => {
  const clients = Partitioners.DefaultPartitioner();
  const byClient = (key: string, count: number) =>
    clients({
      topic: 'any',
      message: { key, value: '' },
      partitionMetadata: Array.from({ length: count }, (_, partitionId) => ({
        partitionId,
        leader: 1,
        replicas: [1],
        isr: [1],
        partitionErrorCode: 0,
      })),
    });

  it('puts every order where the Java compatible partitioner of the client would', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 1_000 }), (orderId, count) => {
        expect(partitionOf(orderId, count)).toBe(byClient(orderId, count));
      }),
    );
  });

  it('agrees for keys of any length and alphabet', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (key) => {
        expect(partitionOf(key, 12)).toBe(byClient(key, 12));
      }),
      { numRuns: 100 },
    );
  });
});
