/** Money in: what the gateway captured becomes a fact of the order. */
import type { Db } from './db.js';

export interface Capture {
  readonly orderId: string;
  readonly attempt: number;
  readonly gateway: string;
  /** The gateway's id of this payment: it counts once, however often it is reported. */
  readonly gatewayReference: string;
  /** As the gateway says; checked against the order row. */
  readonly amountMinor: number;
  readonly currency: string;
  /** Whose money it is, where the gateway says so; checked against the order row. */
  readonly userId?: string;
}

/**
 * `captured`: this pays the order. `already`: it was recorded before. `late`: the money is taken but the order has
 * ended, is paid by another payment, has another amount or belongs to somebody else; see claimLatePayments for EXPIRED
 * ones, else refund_due is set.
 */
export type CaptureOutcome = 'captured' | 'already' | 'late';

/**
 * Decided on the locked order row, so of expiry and payment exactly one wins (I10).
 * @returns by order id; ids without an order are absent, and no money must be taken for them
 */
export async function recordCaptures(
  db: Db,
  captures: readonly Capture[],
): Promise<Map<string, CaptureOutcome>> {
  if (captures.length === 0) return new Map();
  const { rows } = await db.query<{ order_id: string; outcome: CaptureOutcome }>({
    name: 'record_captures',
    text: 'select order_id, outcome from record_captures($1, $2, $3, $4, $5, $6, $7)',
    values: [
      captures.map((capture) => capture.orderId),
      captures.map((capture) => capture.attempt),
      captures.map((capture) => capture.gateway),
      captures.map((capture) => capture.gatewayReference),
      captures.map((capture) => capture.amountMinor),
      captures.map((capture) => capture.currency),
      captures.map((capture) => capture.userId ?? null),
    ],
  });
  return new Map(rows.map((row) => [row.order_id, row.outcome]));
}
