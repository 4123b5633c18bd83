import { describe, expect, it } from 'vitest';
import { actionable, planReplay, type ReplayCandidate } from '../../../src/core/replay/plan-replay.js';

function candidate(orderId: string, facts: Partial<ReplayCandidate> = {}): ReplayCandidate {
  return {
    orderId,
    ageSeconds: 100.9,
    status: 'PENDING',
    paid: false,
    overdue: false,
    published: true,
    queue: 'passed',
    saga: 'missing',
    hold: 'unknown',
    ...facts,
  };
}

describe('planReplay', () => {
  it('hands over what is stuck and leaves the rest alone', () => {
    const planned = planReplay([
      candidate('unpublished', { published: false }),
      candidate('queued', { queue: 'ahead' }),
      candidate('lost'),
      candidate('terminated', { saga: 'terminated' }),
      candidate('begun', { status: 'INVENTORY_RESERVED' }),
      candidate('running', { saga: 'running' }),
      candidate('unknown', { saga: 'unknown' }),
      candidate('final', { status: 'EXPIRED', hold: 'present' }),
    ]);
    expect(planned.map(({ orderId, hop, action }) => [orderId, hop, action])).toEqual([
      ['unpublished', 'not-published', 'requeue'],
      ['lost', 'not-started', 'requeue'],
      ['terminated', 'workflow-gone', 'start'],
      ['begun', 'workflow-gone', 'start'],
      ['queued', 'queued', 'wait'],
      ['running', 'in-progress', 'wait'],
      ['unknown', 'unknown', 'wait'],
      ['final', 'hold-not-released', 'skip'],
    ]);
    expect(actionable(planned)).toHaveLength(4);
    expect(planned[0]?.ageSeconds).toBe(100);
  });

  it('spends its limit on orders that need it, the oldest first', () => {
    const planned = planReplay(
      [
        candidate('old but queued', { ageSeconds: 900, queue: 'ahead' }),
        candidate('young', { ageSeconds: 10 }),
        candidate('old', { ageSeconds: 500 }),
        candidate('middle', { ageSeconds: 50 }),
      ],
      2,
    );
    expect(planned.map((order) => order.orderId)).toEqual(['old', 'middle']);
  });
});
