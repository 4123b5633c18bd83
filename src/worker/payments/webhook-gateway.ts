/** A payment provider behind HTTP that speaks the protocol of docs/payments.md. */
import { AppError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import { WEBHOOK_GATEWAY } from '../../core/payments/webhook-gateway-name.js';
import { isMisconfigured, toPaymentAnswer, toRefundAnswer } from './gateway-answers.js';
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

  async function ask(
    path: 'payments' | 'refunds',
    key: string,
    message: object,
    signal: AbortSignal,
  ): Promise<GatewayReply> {
    const reply = await client.post(path, key, message, signal).catch((cause: unknown) => {
      throw new AppError('UNAVAILABLE', 'the payment gateway did not answer', {
        context: { dependency: 'payment gateway' },
        cause,
      });
    });
    if (isMisconfigured(reply)) complain(reply.status);
    return reply;
  }

  function complain(status: number): void {
    const now = performance.now();
    if (now - complainedAt < COMPLAINT_EVERY_MS) return;
    complainedAt = now;
    log.error(
      { status, url: options.url },
      'the payment gateway refuses our calls: no order can be paid until its address, the secret or the provider is put right',
    );
  }

  return {
    name: WEBHOOK_GATEWAY,
    quick: false,
    async requestPayment({ orderId, attempt, userId, amount, idempotencyKey }, signal) {
      const message = { type: 'payment.request', orderId, attempt, userId, amount };
      return toPaymentAnswer(await ask('payments', idempotencyKey, message, signal));
    },
    async refund({ orderId, reference, amount, idempotencyKey }, signal) {
      const message = { type: 'refund.request', orderId, reference, amount };
      return toRefundAnswer(await ask('refunds', idempotencyKey, message, signal));
    },
    close: () => client.close(),
  };
}
