import { describe, expect, it } from 'vitest';
import { wrongEndOf, type EndFacts } from '../../../src/bench/rehearse/wrong-end.js';
import type { Order, OrderStatus } from '../../../src/core/order.js';
import { orderOf, quietSale } from './quiet-sale.js';

const { rules } = quietSale();
const facts: EndFacts = {
  rules,
  paidInTime: new Set(['in-time']),
  paidTooLate: new Set(['too-late']),
  struck: false,
};
const end = (orderId: string, userId: string, status: OrderStatus, more: Partial<Order> = {}) =>
  wrongEndOf(orderOf(orderId, userId, status, 1, more), facts);

describe('the end of an order', () => {
  it.each<[string, string, OrderStatus]>([
    ['o1', 'buyer-1', 'CONFIRMED'],
    ['o1', 'declined-1', 'FAILED'],
    ['in-time', 'late-1', 'CONFIRMED'],
    ['too-late', 'late-1', 'EXPIRED'],
    ['unheard', 'late-1', 'EXPIRED'],
    ['o1', 'buyer-1', 'PAYMENT_PENDING'],
  ])('of %s by %s may be %s', (orderId, userId, status) => {
    expect(end(orderId, userId, status)).toBeNull();
  });

  it.each<[string, string, OrderStatus]>([
    ['o1', 'buyer-1', 'FAILED'],
    ['o1', 'buyer-1', 'EXPIRED'],
    ['o1', 'buyer-1', 'CANCELLED'],
    ['o1', 'declined-1', 'CONFIRMED'],
    ['in-time', 'late-1', 'EXPIRED'],
    ['too-late', 'late-1', 'CONFIRMED'],
    ['unheard', 'late-1', 'CANCELLED'],
  ])('of %s by %s may not be %s', (orderId, userId, status) => {
    expect(end(orderId, userId, status)).not.toBeNull();
  });

  it('is never right when goods went without money, or money stayed without goods', () => {
    expect(end('o1', 'buyer-1', 'CONFIRMED', { paid: false })).toBe('was confirmed without a payment');
    expect(end('o1', 'declined-1', 'FAILED', { paid: true })).toContain('its money was kept');
  });

  it('may be out of time though it was paid by hand where something was killed, but then without the money', () => {
    const struck = { ...facts, struck: true };
    expect(wrongEndOf(orderOf('in-time', 'late-1', 'EXPIRED'), struck)).toBeNull();
    expect(wrongEndOf(orderOf('in-time', 'late-1', 'EXPIRED', 1, { paid: true }), struck)).not.toBeNull();
    expect(wrongEndOf(orderOf('in-time', 'late-1', 'CANCELLED'), struck)).not.toBeNull();
    expect(wrongEndOf(orderOf('o1', 'buyer-1', 'EXPIRED'), struck)).not.toBeNull();
  });

  it('may be a decline where the gateway has rules of its own, and nothing else', () => {
    const open = { ...facts, rules: { ...rules, othersMayBeDeclined: true } };
    expect(wrongEndOf(orderOf('o1', 'buyer-1', 'FAILED'), open)).toBeNull();
    expect(wrongEndOf(orderOf('o1', 'buyer-1', 'EXPIRED'), open)).not.toBeNull();
  });
});
