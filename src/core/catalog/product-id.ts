/** The bounds of a product id, wherever one is read. */
import { z } from 'zod';
import { LIMITS } from '../order.js';

/** Braces delimit the hash tag of Redis keys; controls and lone surrogates do not survive the stores. */
const ALLOWED = /^[^\p{Cc}\p{Cs}{}]*$/u;

export const productIdSchema = z
  .string()
  .min(1, 'productId is empty')
  .max(LIMITS.productIdLength, `productId is longer than ${LIMITS.productIdLength} characters`)
  .regex(ALLOWED, 'productId must not contain braces or control characters');
