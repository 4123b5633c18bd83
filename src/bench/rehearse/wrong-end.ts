/** Whether one order has ended as it had to, by what its buyer did and what the gateway was told to answer. */
import { isFinal, type Order } from '../../core/order.js';
import type { PaymentRules } from './observations.js';

export interface EndFacts {
  readonly rules: PaymentRules;
  /** Ids of orders whose payment by hand was taken up in time, and of those that were paid when the time was over. */
  readonly paidInTime: ReadonlySet<string>;
  readonly paidTooLate: ReadonlySet<string>;
  /** Something was killed: a payment that was asked for may have waited for it until the time was over. */
  readonly struck: boolean;
}

/** @returns what is wrong with it; null for a right end, and for an order that has not ended */
export function wrongEndOf(
  order: Order,
  { rules, paidInTime, paidTooLate, struck }: EndFacts,
): string | null {
  const { status, paid, userId, orderId } = order;
  if (!isFinal(status)) return null;
  const ended = `ended ${status}`;
  const { declinedPrefix, latePrefix } = rules;
  // Money and goods first, whatever was expected.
  if (status === 'CONFIRMED' && !paid) return 'was confirmed without a payment';
  if (status !== 'CONFIRMED' && paid && order.refund === null) return `${ended} and its money was kept`;
  if (latePrefix !== null && latePrefix !== '' && userId.startsWith(latePrefix)) {
    if (paidInTime.has(orderId) && !(struck && status === 'EXPIRED'))
      return status === 'CONFIRMED' ? null : `${ended} although it was paid`;
    if (paidTooLate.has(orderId))
      return status === 'EXPIRED' ? null : `${ended} although nobody paid in time`;
    // Its buyer hung up, or was turned away at the last moment.
    return status === 'CONFIRMED' || status === 'EXPIRED' ? null : ended;
  }
  if (declinedPrefix !== null && declinedPrefix !== '' && userId.startsWith(declinedPrefix))
    return status === 'FAILED' ? null : `${ended} although its payment had to be declined`;
  if (status === 'CONFIRMED') return null;
  return status === 'FAILED' && rules.othersMayBeDeclined && order.failureCode === 'PAYMENT_DECLINED'
    ? null
    : ended;
}
