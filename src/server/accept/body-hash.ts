/** The fingerprint by which a repeated key with another order is told from a retry. */
import { hash } from 'node:crypto';
import type { OrderRequest } from './order-request.js';

/** SHA-256 over what was ordered, in hex; independent of spacing and field order of the body. */
export function bodyHashOf(order: OrderRequest): string {
  return hash('sha256', JSON.stringify([order.productId, order.quantity]), 'hex');
}
