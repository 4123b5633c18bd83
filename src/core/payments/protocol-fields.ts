/** Fields of docs/payments.md that stand in answers to the worker and in events to serve alike, bounded as their columns. */
import { z } from 'zod';

/** The provider's own name of a payment or a refund. */
export const referenceSchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/)
  .describe("The provider's own name of it: it counts once, however often it is reported");

export const declineCodeSchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,100}$/)
  .describe('Why; for operators, never shown to customers');

/** What was really taken or given back. Wider than any order's amount: money is recorded, whatever it is. */
export const movedAmountSchema = z
  .object({
    amountMinor: z
      .int()
      .min(1)
      .max(Number.MAX_SAFE_INTEGER)
      .describe("In the currency's smallest unit: 4990 for 49.90 EUR"),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .describe('ISO 4217'),
  })
  .readonly();
