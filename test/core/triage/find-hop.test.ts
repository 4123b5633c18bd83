import { describe, expect, it } from 'vitest';
import { findHop, type OrderFacts } from '../../../src/core/triage/find-hop.js';

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
});
