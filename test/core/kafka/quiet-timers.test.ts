import { createRequire } from 'node:module';
import { describe, expect, it, vi } from 'vitest';
import { quietTimers } from '../../../src/core/kafka/quiet-timers.js';

interface Queue {
  pending: unknown[];
  inflight: Map<number, unknown>;
  maxInFlightRequests: number | null;
  checkPendingRequests(): void;
  destroy(): void;
}

describe('quietTimers', () => {
  const Queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (
    options: Record<string, unknown>,
  ) => Queue;
  const createQueue = () =>
    new Queue({ maxInFlightRequests: null, requestTimeout: 1_000, logger: { debug: () => undefined } });

  it('lets an idle connection rest, while a waiting request is still looked at', () => {
    expect(quietTimers()).toBe(true);
    vi.useFakeTimers();
    try {
      const queue = createQueue();
      queue.checkPendingRequests();
      expect(vi.getTimerCount()).toBe(0);

      queue.maxInFlightRequests = 0;
      const send = vi.fn();
      queue.pending.push({ send, expectResponse: true });
      queue.checkPendingRequests();
      expect(vi.getTimerCount()).toBe(1);
      queue.maxInFlightRequests = null;
      vi.advanceTimersByTime(10);
      expect(send).toHaveBeenCalledOnce();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('patches once, however often it is asked', () => {
    expect(quietTimers()).toBe(true);
    expect(quietTimers()).toBe(true);
  });
});
