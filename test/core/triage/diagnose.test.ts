import { describe, expect, it } from 'vitest';
import { diagnose, type DiagnosedOrder } from '../../../src/core/triage/diagnose.js';

const order: DiagnosedOrder = {
  orderId: 'o1',
  productId: 'tee',
  status: 'PENDING',
  paid: false,
  overdue: false,
  published: true,
  queue: 'ahead',
  saga: 'missing',
  hold: 'present',
  ageMs: 90_000,
  remainingMs: null,
  queueLength: 3,
};

describe('diagnose', () => {
  it.each<[Partial<DiagnosedOrder>, string, string | null]>([
    [{ published: false }, 'Accepted 1m30s ago and not published', 'ordersctl replay o1'],
    [{}, 'Waits in Kafka (3 messages wait', 'ordersctl consume'],
    [{ queue: 'passed' }, 'no workflow exists', 'ordersctl replay o1'],
    [{ saga: 'terminated' }, 'its workflow was terminated', 'ordersctl replay o1'],
    [{ saga: 'timed-out' }, 'its workflow has timed out', 'ordersctl replay o1'],
    [{ status: 'PAYMENT_PENDING', saga: 'running', remainingMs: 61_000 }, 'for 1m01s more', null],
    [
      { status: 'PAYMENT_PENDING', saga: 'running', overdue: true, remainingMs: -5_000 },
      'ended 5s ago and the order is not ended',
      'ordersctl replay o1',
    ],
    [
      { status: 'PAYMENT_PENDING', saga: 'missing', paid: true, overdue: true, remainingMs: -5_000 },
      'ended 5s ago and the order is paid and not confirmed',
      'ordersctl replay o1',
    ],
    [{ status: 'FAILED' }, 'its hold is still in Redis', 'ordersctl worker'],
    [{ status: 'FAILED', hold: 'absent' }, 'its units were given back', null],
    [{ status: 'CONFIRMED', hold: 'absent' }, 'nothing is left to do', null],
  ])('says what is wrong and what mends it for %j', (facts, summary, command) => {
    const diagnosis = diagnose({ ...order, ...facts });
    expect(diagnosis.summary).toContain(summary);
    expect(diagnosis.command).toBe(command);
  });
});
