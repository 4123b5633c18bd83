/** What a buyer is told when an order was accepted. */
import type { z } from 'zod';
import { orderSchema } from '../orders/order-json.js';

export const acceptedOrderSchema = orderSchema
  .unwrap()
  .pick({ orderId: true, status: true, productId: true, quantity: true, unitPrice: true, amount: true })
  .readonly();
export type AcceptedOrderJson = z.output<typeof acceptedOrderSchema>;
