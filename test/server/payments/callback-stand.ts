/** A serve role that hears a payment provider, orders whose payment was asked for, and events to report on them. */
import { randomUUID } from 'node:crypto';
import type { ConfigKey } from '../../../src/core/config/schema.js';
import { WEBHOOK_GATEWAY } from '../../../src/core/payments/webhook-gateway-name.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { findPayments } from '../../../src/core/postgres/find-payments.js';
import { recordPaymentAttempt } from '../../../src/core/postgres/record-payment-attempt.js';
import {
  startPaymentProvider,
  type PaymentProvider,
  type Reported,
  type ReportOptions,
} from '../../payments/payment-provider.js';
import { startServeSpace, type ServeSpace } from '../serve-space.js';

/** The one the provider signs with unless told otherwise. */
export const SECRET = 'the-secret-of-shop-and-provider-0123456789';
export const NEXT_SECRET = 'the-secret-that-comes-next-01234567890123';
export const PRICE = { amountMinor: 4_990, currency: 'EUR' };

export interface BoughtOrder {
  readonly orderId: string;
  readonly userId: string;
}

interface OrderRow {
  readonly status: string;
  readonly paid: boolean;
  readonly refund_due: boolean;
  readonly review_reason: string | null;
  readonly version: number;
}

export interface CallbackStand {
  readonly serve: ServeSpace;
  readonly provider: PaymentProvider;
  /** As the worker leaves an order after it has asked: begun, with an attempt that waits for its answer. */
  asked(): Promise<BoughtOrder>;
  /** Another attempt that waits for its answer. */
  attempt(orderId: string, attempt: number): Promise<void>;
  report(event: object, options?: ReportOptions): Promise<{ status: number; body: Reported }>;
  /** Reports. @returns the outcome, or status and code of a refusal */
  outcomeOf(event: object): Promise<string | undefined>;
  row(orderId: string): Promise<OrderRow>;
  /** Of the order's payments, by attempt. */
  statuses(orderId: string): Promise<string[]>;
  close(): Promise<void>;
}

/** @param name of the space. @param settings of serve; by default one secret is replacing another */
export async function createCallbackStand(
  name: string,
  settings: Readonly<Partial<Record<ConfigKey, string>>> = { paymentSecret: `${NEXT_SECRET},${SECRET}` },
): Promise<CallbackStand> {
  const serve = await startServeSpace(name, settings);
  const { pool } = serve.space;
  const provider = await startPaymentProvider(SECRET);
  const productId = await serve.product(1_000);

  const stand: CallbackStand = {
    serve,
    provider,
    async asked() {
      const userId = `buyer-${randomUUID()}`;
      const { body } = await serve.buy(productId, 1, { userId });
      const orderId = body.orderId as string;
      await beginOrders(pool, [{ orderId, deadlineMs: 60_000 }]);
      await stand.attempt(orderId, 1);
      return { orderId, userId };
    },
    async attempt(orderId, attempt) {
      await recordPaymentAttempt(pool, { orderId, attempt, gateway: WEBHOOK_GATEWAY, status: 'REQUESTED' });
    },
    report: (event, options) => provider.report(serve.api, event, options),
    async outcomeOf(event) {
      const { status, body } = await stand.report(event);
      return status === 200 ? body.outcome : `${status} ${body.code}`;
    },
    async row(orderId) {
      const { rows } = await pool.query<OrderRow>(
        'select status, paid, refund_due, review_reason, version from orders where order_id = $1',
        [orderId],
      );
      if (!rows[0]) throw new Error(`no order ${orderId}`);
      return rows[0];
    },
    statuses: async (orderId) => (await findPayments(pool, orderId)).map((payment) => payment.status),
    async close() {
      await serve.close();
      await provider.close();
    },
  };
  return stand;
}

/** One that nobody has placed. */
export const unknownOrder = (): BoughtOrder => ({ orderId: randomUUID(), userId: 'ann' });

export const captured = (order: BoughtOrder, given: object = {}) => ({
  ...{ type: 'payment.captured', attempt: 1, reference: `pay_${order.orderId}`, amount: PRICE },
  ...order,
  ...given,
});

export const declined = ({ orderId }: BoughtOrder, given: object = {}) => ({
  ...{ type: 'payment.declined', orderId, attempt: 1, final: false, code: 'no_money' },
  ...given,
});

export const refunded = ({ orderId }: BoughtOrder, given: object = {}) => ({
  ...{ type: 'payment.refunded', orderId, attempt: 1, reference: `pay_${orderId}`, amount: PRICE },
  ...{ refundReference: `ref_${orderId}`, idempotencyKey: `refund:${orderId}:1` },
  ...given,
});
