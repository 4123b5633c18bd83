/** What a payment provider reports by itself: the body of `POST /payments/webhook`. */
import { z } from 'zod';
import { LIMITS } from '../../core/order.js';
import {
  declineCodeSchema,
  movedAmountSchema,
  referenceSchema,
} from '../../core/payments/protocol-fields.js';

/** Above any number of attempts that an order may have. */
const MAX_ATTEMPT = 1_000;

const subject = {
  orderId: z.uuid().toLowerCase(),
  attempt: z.int().min(1).max(MAX_ATTEMPT).describe('As in the request for the payment'),
};
const customer = z
  .string()
  .min(1)
  .max(LIMITS.userIdLength)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u)
  .describe('As in the request for the payment; money of another customer does not pay the order');

export const paymentEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('payment.captured'),
    ...subject,
    userId: customer,
    reference: referenceSchema,
    amount: movedAmountSchema.describe('What was really taken; another amount does not pay the order'),
  }),
  z.object({
    type: z.literal('payment.declined'),
    ...subject,
    final: z.boolean().describe('True: this order cannot be paid any more. False: until its deadline it can'),
    code: declineCodeSchema,
  }),
  z.object({
    type: z.literal('payment.refunded'),
    ...subject,
    reference: referenceSchema.describe('Of the payment'),
    amount: movedAmountSchema.describe('What was really given back'),
    refundReference: referenceSchema.describe('Of the refund'),
    idempotencyKey: z
      .string()
      .max(100)
      .optional()
      .describe("That of the shop's request; left out when the shop did not ask for it"),
  }),
]);
export type PaymentEvent = z.output<typeof paymentEventSchema>;

/**
 * `late`: the money was taken, but not for the order as it is, and is given back or claimed for. `ignored`: it does not
 * change what was recorded before. `review`: a person has to look.
 */
export const EVENT_OUTCOMES = [
  'captured',
  'already',
  'late',
  'declined',
  'refunded',
  'ignored',
  'review',
] as const;
export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

export const receivedEventSchema = z.object({ outcome: z.enum(EVENT_OUTCOMES) }).readonly();
export type ReceivedEvent = z.output<typeof receivedEventSchema>;
