/** The body and headers of `POST /orders`, checked whole before anything is reserved. */
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { productIdSchema } from '../../core/catalog/product-id.js';
import { refuse } from '../../core/refusal.js';
import { LIMITS } from '../../core/order.js';

/** Far above the largest valid body. */
export const MAX_BODY_BYTES = 4_096;

/** Printable ASCII; blanks at its ends do not survive HTTP. */
export const idempotencyKeySchema = z
  .string()
  .max(LIMITS.idempotencyKeyLength)
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/);
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

export const orderRequestSchema = z.strictObject({
  productId: productIdSchema,
  quantity: z.int().min(1).max(LIMITS.quantityPerOrder),
});
export type OrderRequest = z.output<typeof orderRequestSchema>;

/** @throws AppError UNSUPPORTED_MEDIA_TYPE */
export function assertJson(contentType: string | undefined): void {
  if (contentType !== undefined && JSON_TYPE.test(contentType)) return;
  throw refuse('UNSUPPORTED_MEDIA_TYPE', 'Send the order as application/json.');
}

/** @throws AppError INPUT_INVALID naming every field that is wrong */
export function parseOrderRequest(body: Buffer): OrderRequest {
  const parsed = orderRequestSchema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw refuse('INPUT_INVALID', problems.join('; ').slice(0, 500));
}

function parseJson(body: Buffer): unknown {
  try {
    // Invalid UTF-8 would silently become U+FFFD, and two product ids one.
    if (isUtf8(body)) return JSON.parse(body.toString('utf8'));
  } catch {
    // Answered below.
  }
  throw refuse('INPUT_INVALID', 'The body is not JSON.');
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
