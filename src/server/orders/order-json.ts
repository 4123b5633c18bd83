/** An order as its owner sees it over HTTP. */
import { z } from 'zod';
import { productIdSchema } from '../../core/catalog/product-id.js';
import { FAILURE_CODES, LIMITS, ORDER_STATUSES, type Order } from '../../core/order.js';
import { moneySchema } from '../http/money-schema.js';

export const orderSchema = z
  .object({
    orderId: z.uuid(),
    status: z.enum(ORDER_STATUSES),
    version: z.int().min(1).describe('Rises with every change'),
    productId: productIdSchema,
    quantity: z.int().min(1).max(LIMITS.quantityPerOrder),
    unitPrice: moneySchema,
    amount: moneySchema,
    failureCode: z.enum(FAILURE_CODES).nullable().describe('Why it ended without being confirmed'),
    payBy: z.iso.datetime().nullable().describe('Until when to pay; null before the saga has begun'),
    refund: z
      .object({
        status: z.enum(['DUE', 'REFUNDED']),
        refundedAt: z.iso.datetime().nullable().describe('Null while it is due'),
      })
      .nullable()
      .describe(
        'Money that goes back: of a sale that was called off, or of an order that has ended; null for none',
      ),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .readonly();
export type OrderJson = z.output<typeof orderSchema>;

/** Leaves out what is the seller's own: reservation, user and payment internals. */
export function toOrderJson(order: Order): OrderJson {
  const { orderId, status, version, productId, quantity, unitPrice, amount, failureCode } = order;
  return {
    orderId,
    status,
    version,
    productId,
    quantity,
    unitPrice,
    amount,
    failureCode,
    payBy: order.payBy?.toISOString() ?? null,
    refund: order.refund && {
      status: order.refund.status,
      refundedAt: order.refund.refundedAt?.toISOString() ?? null,
    },
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  };
}
