/** Money as every answer carries it. */
import { z } from 'zod';
import { LIMITS } from '../../core/order.js';

export const moneySchema = z
  .object({
    amountMinor: z
      .int()
      .min(0)
      .max(LIMITS.priceMinor * LIMITS.quantityPerOrder)
      .describe("In the currency's smallest unit: 4990 for 49.90 EUR"),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .describe('ISO 4217'),
  })
  .readonly();
