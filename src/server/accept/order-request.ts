/** The body and headers of `POST /orders`, checked whole before anything is reserved. */
import { z } from 'zod';
import { productIdSchema } from '../../core/catalog/product-id.js';
import { refuse } from '../../core/refusal.js';
import { LIMITS } from '../../core/order.js';
import { parseJsonBody } from '../http/json-body.js';

/** Far above the largest valid body. */
export const MAX_BODY_BYTES = 4_096;

/** Printable ASCII; blanks at its ends do not survive HTTP. */
export const idempotencyKeySchema = z
  .string()
  .max(LIMITS.idempotencyKeyLength)
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/);

export const orderRequestSchema = z.strictObject({
  productId: productIdSchema,
  quantity: z.int().min(1).max(LIMITS.quantityPerOrder),
});
export type OrderRequest = z.output<typeof orderRequestSchema>;

/** @throws AppError INPUT_INVALID naming every field that is wrong */
export function parseOrderRequest(body: Buffer): OrderRequest {
  return parseJsonBody(orderRequestSchema, body);
}

/** @throws AppError INPUT_INVALID. @returns undefined when none was sent: then every request is a new order */
export function parseIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const parsed = idempotencyKeySchema.safeParse(header);
  if (parsed.success) return parsed.data;
  throw refuse(
    'INPUT_INVALID',
    `Idempotency-Key: 1 to ${LIMITS.idempotencyKeyLength} printable ASCII characters.`,
  );
}
