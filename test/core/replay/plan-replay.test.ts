import { describe, expect, it } from 'vitest';
import {
  isActionable,
  MAX_REPLAYS,
  planOrder,
  type ReplayCandidate,
} from '../../../src/core/replay/plan-replay.js';

function candidate(facts: Partial<ReplayCandidate> = {}): ReplayCandidate {
  return {
    orderId: 'o1',
    ageSeconds: 100.9,
    status: 'PENDING',
    paid: false,
    overdue: false,
    published: true,
    publishedAt: new Date(0),
    since: new Date(0),
    replayCount: 0,
    queue: 'passed',
    saga: 'missing',
    hold: 'unknown',
    ...facts,
  };
}

describe('planOrder', () => {
  it.each<[string, Partial<ReplayCandidate>, string, string]>([
    ['never published', { published: false }, 'not-published', 'requeue'],
    ['lost between Kafka and Temporal', {}, 'not-started', 'requeue'],
    ['terminated before it began', { saga: 'terminated' }, 'workflow-gone', 'start'],
    ['begun and forgotten', { status: 'INVENTORY_RESERVED' }, 'workflow-gone', 'start'],
    ['overdue', { status: 'PAYMENT_PENDING', overdue: true, saga: 'unknown' }, 'overdue', 'conclude'],
    ['overdue and paid', { status: 'PAYMENT_PENDING', overdue: true, paid: true }, 'overdue', 'conclude'],
    ['waiting in Kafka', { queue: 'ahead' }, 'queued', 'wait'],
    ['at work', { saga: 'running' }, 'in-progress', 'wait'],
    ['not to be told', { saga: 'unknown' }, 'unknown', 'wait'],
    ['final', { status: 'EXPIRED', hold: 'present' }, 'hold-not-released', 'skip'],
  ])('of an order that is %s', (_what, facts, hop, action) => {
    const planned = planOrder(candidate(facts));
    expect([planned.hop, planned.action]).toEqual([hop, action]);
    expect(isActionable(planned)).toBe(planned.reason === null);
    expect(planned.ageSeconds).toBe(100);
  });

  it('leaves to a person what was handed over five times in vain, unless it is named for it', () => {
    const worn = candidate({ replayCount: MAX_REPLAYS });
    expect(planOrder(worn)).toMatchObject({ action: 'quarantine', reason: 'handed over 5 times in vain' });
    expect(planOrder({ ...worn, saga: 'failed' })).toMatchObject({ action: 'quarantine' });
    expect(planOrder(worn, { evenIfQuarantined: true })).toMatchObject({ action: 'requeue', reason: null });
    expect(planOrder({ ...worn, replayCount: MAX_REPLAYS - 1 })).toMatchObject({ action: 'requeue' });
  });

  it('still ends an overdue order that was handed over often, and waits for one in Kafka', () => {
    const often = { replayCount: MAX_REPLAYS };
    const overdue = candidate({ ...often, status: 'PAYMENT_PENDING', overdue: true });
    expect(planOrder(overdue)).toMatchObject({ action: 'conclude' });
    expect(planOrder(candidate({ ...often, queue: 'ahead' }))).toMatchObject({ action: 'wait' });
  });
});
