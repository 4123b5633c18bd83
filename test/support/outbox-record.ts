/** Outbox records for tests that need no row behind them. */
import { randomInt, randomUUID } from 'node:crypto';
import { TOPICS } from '../../src/core/names.js';
import type { OutboxRecord } from '../../src/core/outbox/record.js';

/** A reservation of two tees at 49.90, unless told otherwise. */
export function outboxRecord(overrides: Partial<OutboxRecord> = {}): OutboxRecord {
  return {
    eventId: String(randomInt(1, 2 ** 47)),
    orderId: randomUUID(),
    version: 1,
    type: 'PENDING',
    topics: [TOPICS.reservations],
    occurredAt: new Date(),
    data: null,
    ...overrides,
    order: {
      reservationId: randomUUID(),
      userId: 'buyer',
      productId: 'tee',
      quantity: 2,
      unitPrice: { amountMinor: 4_990, currency: 'EUR' },
      amount: { amountMinor: 9_980, currency: 'EUR' },
      status: 'PENDING',
      failureCode: null,
      ...overrides.order,
    },
  };
}
