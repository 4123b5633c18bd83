/** Gives one payment back through its gateway, and makes the answer a fact of its order. */
import { AppError } from '../errors.js';
import type { Refunder } from '../payments/refunder.js';
import type { Db } from '../postgres/db.js';
import type { Payment } from '../postgres/payment-row.js';
import { recordRefund } from '../postgres/record-refund.js';
import { refuseRefund } from '../postgres/refuse-refund.js';

/** `unknown`: the gateway did not answer; asked again with the same key it gives its first answer. */
export type RefundedPayment =
  | { readonly kind: 'refunded' }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unknown'; readonly error: unknown };

/** A gateway that takes longer is asked again another time. */
const GATEWAY_TIMEOUT_MS = 20_000;

/**
 * The key names order and attempt, so the money goes back once, however often and by however many this is called, and
 * also when the process dies between the gateway's answer and its record (I10).
 * @throws AppError UNAVAILABLE when Postgres is away: call again
 */
export async function refundPayment(
  deps: { readonly pool: Db; readonly refunder: Refunder },
  payment: Payment,
  signal?: AbortSignal,
): Promise<RefundedPayment> {
  const { pool, refunder } = deps;
  const { orderId, attempt, gatewayReference, amount } = payment;
  const idempotencyKey = refundKey(payment);
  if (gatewayReference === null) return refuse(pool, payment, 'no_reference');
  const timeout = AbortSignal.timeout(GATEWAY_TIMEOUT_MS);
  let answer;
  try {
    answer = await refunder.refund(
      { orderId, reference: gatewayReference, amount, idempotencyKey },
      signal ? AbortSignal.any([signal, timeout]) : timeout,
    );
  } catch (error) {
    return { kind: 'unknown', error };
  }
  if (answer.kind === 'refused') return refuse(pool, payment, answer.code);
  const recorded = await recordRefund(pool, { orderId, attempt, refundReference: answer.reference });
  if (recorded !== 'unknown') return { kind: 'refunded' };
  return {
    kind: 'unknown',
    error: new AppError('INTERNAL', `attempt ${attempt} of ${orderId} took no money`),
  };
}

async function refuse(pool: Db, payment: Payment, code: string): Promise<RefundedPayment> {
  const { orderId, attempt, gateway, gatewayReference } = payment;
  const name = gatewayReference === null ? `of attempt ${attempt}` : gatewayReference;
  const reviewReason = `${gateway} refuses to give payment ${name} back (${code}): settle it with the customer by hand`;
  await refuseRefund(pool, { orderId, attempt, code, reviewReason });
  return { kind: 'refused', code };
}

/**
 * A refusal ends its key, since a gateway repeats its first answer: who decides to ask anew begins another one. No money
 * can have moved under a key that was refused.
 */
function refundKey({ orderId, attempt, refundRetries }: Payment): string {
  const key = `refund:${orderId}:${attempt}`;
  return refundRetries === 0 ? key : `${key}:${refundRetries + 1}`;
}
