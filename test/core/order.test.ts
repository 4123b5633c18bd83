import { describe, expect, it } from 'vitest';
import {
  ALLOWED_BEFORE,
  FINAL_STATUSES,
  isFinal,
  LIVE_STATUSES,
  ORDER_STATUSES,
} from '../../src/core/order.js';

describe('the transition table', () => {
  it('lets nothing follow a final status, but for the late payment of an expired order', () => {
    for (const status of ORDER_STATUSES) {
      const finals = ALLOWED_BEFORE[status].filter((before) => isFinal(before));
      expect(finals).toEqual(status === 'PAYMENT_CONFIRMED' ? ['EXPIRED'] : []);
    }
  });

  it('lets every live order fail, be cancelled or expire', () => {
    for (const status of ['FAILED', 'CANCELLED', 'EXPIRED'] as const)
      expect(ALLOWED_BEFORE[status]).toEqual(LIVE_STATUSES);
  });

  it('reaches CONFIRMED only through PAYMENT_CONFIRMED', () => {
    expect(ALLOWED_BEFORE.CONFIRMED).toEqual(['PAYMENT_CONFIRMED']);
    expect(FINAL_STATUSES.every((status) => isFinal(status))).toBe(true);
  });
});
