import { describe, expect, it } from 'vitest';
import { findHop, findHops, type CloserFacts, type OrderFacts } from '../../../src/core/triage/find-hop.js';

const pending: OrderFacts = {
  status: 'PENDING',
  paid: false,
  overdue: false,
  published: true,
  queue: 'passed',
  saga: 'missing',
  hold: 'present',
};
const paying: OrderFacts = { ...pending, status: 'PAYMENT_PENDING', saga: 'running' };

describe('findHop', () => {
  it.each<[string, OrderFacts, string]>([
    [
      'an event that no broker has',
      { ...pending, published: false, queue: 'unknown', saga: 'unknown' },
      'not-published',
    ],
    ['an event ahead of the group', { ...pending, queue: 'ahead', saga: 'unknown' }, 'queued'],
    ['an event behind the group and no workflow', pending, 'not-started'],
    ['a workflow that runs', { ...pending, saga: 'running' }, 'in-progress'],
    ['a workflow that was terminated', { ...pending, saga: 'terminated' }, 'workflow-gone'],
    ['a workflow that ended without moving the order', { ...pending, saga: 'completed' }, 'workflow-gone'],
    ['Kafka away', { ...pending, queue: 'unknown', saga: 'unknown' }, 'unknown'],
    ['Kafka away and a workflow missing', { ...pending, queue: 'unknown' }, 'unknown'],
    ['Temporal away', { ...pending, saga: 'unknown' }, 'unknown'],
  ])('names the hop of a PENDING order with %s', (_what, facts, hop) => {
    expect(findHop(facts)).toBe(hop);
  });

  it.each<[string, OrderFacts, string]>([
    ['time left to pay', paying, 'waiting-for-payment'],
    ['its time to pay over', { ...paying, overdue: true }, 'overdue'],
    ['its time to pay over and its workflow gone', { ...paying, overdue: true, saga: 'failed' }, 'overdue'],
    ['its time to pay over although it is paid', { ...paying, paid: true, overdue: true }, 'overdue'],
    ['its payment recorded', { ...paying, paid: true }, 'in-progress'],
    ['its workflow forgotten by Temporal', { ...paying, saga: 'missing' }, 'workflow-gone'],
    ['its workflow failed, paid or not', { ...paying, paid: true, saga: 'failed' }, 'workflow-gone'],
    ['Temporal away', { ...paying, saga: 'unknown' }, 'waiting-for-payment'],
    ['Temporal away and paid', { ...paying, paid: true, saga: 'unknown' }, 'unknown'],
  ])('names the hop of a begun order with %s', (_what, facts, hop) => {
    expect(findHop(facts)).toBe(hop);
  });

  it('sees a hold that outlived its order', () => {
    expect(findHop({ ...pending, status: 'EXPIRED', saga: 'completed' })).toBe('hold-not-released');
    expect(findHop({ ...pending, status: 'EXPIRED', saga: 'completed', hold: 'absent' })).toBe('done');
    expect(findHop({ ...pending, status: 'CONFIRMED', saga: 'unknown', hold: 'unknown' })).toBe('done');
  });

  describe('with a closer look', () => {
    const calm: CloserFacts = {
      silentMs: 1_000,
      paymentOpen: false,
      sagaBusy: false,
      stepFails: false,
      holdDone: false,
      lateClaim: false,
      latePayment: false,
      refundDue: false,
      forReview: false,
      drift: 0,
    };
    const silent = { ...calm, silentMs: 60_000 };
    const ended: OrderFacts = {
      ...pending,
      status: 'EXPIRED',
      saga: 'completed',
      hold: 'ended',
      closer: calm,
    };
    const done = { ...calm, holdDone: true };

    it.each<[string, OrderFacts, readonly string[]]>([
      ['no worker has begun it', { ...pending, saga: 'running', closer: silent }, ['not-begun']],
      ['its workflow has just started', { ...pending, saga: 'running', closer: calm }, ['in-progress']],
      [
        'nobody asks for its payment',
        { ...paying, closer: { ...silent, paymentOpen: true } },
        ['payment-unasked'],
      ],
      [
        'a worker is asking for its payment',
        { ...paying, closer: { ...silent, paymentOpen: true, sagaBusy: true } },
        ['waiting-for-payment'],
      ],
      [
        'Temporal is away while it waits',
        { ...paying, saga: 'unknown', closer: { ...silent, paymentOpen: true } },
        ['waiting-for-payment'],
      ],
      ['the customer is asked to pay', { ...paying, closer: silent }, ['waiting-for-payment']],
      ['nobody confirms what is paid', { ...paying, paid: true, closer: silent }, ['paid-not-confirmed']],
      ['it was paid just now', { ...paying, paid: true, closer: calm }, ['in-progress']],
      ['a step fails', { ...paying, closer: { ...calm, stepFails: true } }, ['step-failing']],
      [
        'its hold is gone',
        { ...paying, hold: 'absent', closer: calm },
        ['hold-missing', 'waiting-for-payment'],
      ],
      [
        'its hold is gone and its workflow too',
        { ...paying, saga: 'terminated', hold: 'absent', closer: calm },
        ['workflow-gone', 'hold-missing'],
      ],
      [
        'it was claimed late, and its hold is not taken yet',
        { ...paying, hold: 'ended', closer: { ...calm, lateClaim: true } },
        ['waiting-for-payment'],
      ],
      [
        'its product is not loaded',
        { ...paying, hold: 'not-loaded', closer: calm },
        ['waiting-for-payment', 'not-loaded'],
      ],
      [
        'its counter is wrong',
        { ...paying, closer: { ...calm, drift: -2 } },
        ['waiting-for-payment', 'counter-off'],
      ],
      [
        'a person was asked',
        { ...paying, closer: { ...calm, forReview: true } },
        ['needs-review', 'waiting-for-payment'],
      ],
      ['it ended a moment ago', { ...ended, closer: calm }, ['done']],
      ['its end was not marked', { ...ended, closer: silent }, ['hold-not-released']],
      [
        'its hold was gone before it was released',
        { ...ended, hold: 'absent', closer: calm },
        ['hold-missing'],
      ],
      [
        'it was sold and has no hold',
        { ...ended, status: 'CONFIRMED', hold: 'absent', closer: calm },
        ['done'],
      ],
      ['money came late', { ...ended, closer: { ...done, latePayment: true } }, ['payment-late']],
      ['money must go back', { ...ended, closer: { ...done, refundDue: true } }, ['refund-due']],
      [
        'a gateway refuses to give money back',
        { ...ended, closer: { ...done, refundDue: true, forReview: true } },
        ['needs-review'],
      ],
      ['nothing is left', { ...ended, closer: done }, ['done']],
    ])('says it when %s', (_what, facts, hops) => {
      expect(findHops(facts)).toEqual(hops);
    });
  });
});
