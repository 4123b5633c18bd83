/** A payment provider behind HTTP that speaks the protocol of docs/payments.md. */
import { AppError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import { WEBHOOK_GATEWAY } from '../../core/payments/webhook-gateway-name.js';
import { toPaymentAnswer, toRefundAnswer } from './gateway-answers.js';
import { createGatewayClient, type GatewayClientOptions, type GatewayReply } from './gateway-client.js';
import type { PaymentGateway } from './gateway.js';

/** Every waiting order meets the same fault, again and again. */
const COMPLAINT_EVERY_MS = 10_000;

/**
 * Whatever is not a decision is thrown, and asked again under the same key by the saga until the order's deadline: a
 * time-out may have taken the money, and a wrong secret may be put right meanwhile.
 */
export function createWebhookGateway(options: GatewayClientOptions, log: Log): PaymentGateway {
  const client = createGatewayClient(options);
  let complainedAt = -Infinity;

  async function ask<Answer>(
    path: 'payments' | 'refunds',
    key: string,
    message: object,
    signal: AbortSignal,
    understand: (reply: GatewayReply) => Answer,
  ): Promise<Answer> {
    try {
      return understand(await client.post(path, key, message, signal));
    } catch (thrown) {
      const error = thrown instanceof AppError ? thrown : noAnswer(thrown);
      if (!signal.aborted) complain(error);
      throw error;
    }
  }

  function complain(error: AppError): void {
    const now = performance.now();
    if (now - complainedAt < COMPLAINT_EVERY_MS) return;
    complainedAt = now;
    const facts = { err: error, url: options.url };
    // A hint means that somebody has to change something; everything else may pass by itself.
    if (error.hint === undefined) log.warn(facts, 'the payment gateway decides nothing and is asked again');
    else
      log.error(facts, 'the payment gateway refuses our calls: no order can be paid until that is put right');
  }

  return {
    name: WEBHOOK_GATEWAY,
    quick: false,
    requestPayment({ orderId, attempt, userId, amount, idempotencyKey }, signal) {
      const message = { type: 'payment.request', orderId, attempt, userId, amount };
      return ask('payments', idempotencyKey, message, signal, toPaymentAnswer);
    },
    refund({ orderId, reference, amount, idempotencyKey }, signal) {
      const message = { type: 'refund.request', orderId, reference, amount };
      return ask('refunds', idempotencyKey, message, signal, toRefundAnswer);
    },
    close: () => client.close(),
  };
}

/** The address is refused, the connection broke, the time is over, or the answer has no end: the outcome is unknown. */
function noAnswer(cause: unknown): AppError {
  return new AppError('UNAVAILABLE', 'the payment gateway did not answer', {
    context: { dependency: 'payment gateway' },
    cause,
  });
}
