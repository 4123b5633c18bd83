/** What an answer of the payment provider means: a decision, or nothing that anything may be built on. */
import { z } from 'zod';
import { AppError } from '../../core/errors.js';
import {
  declineCodeSchema,
  movedAmountSchema,
  referenceSchema,
} from '../../core/payments/protocol-fields.js';
import type { GatewayAnswer, RefundAnswer } from './gateway.js';
import type { GatewayReply } from './gateway-client.js';

const declinedSchema = z.object({
  status: z.literal('declined'),
  final: z.boolean(),
  code: declineCodeSchema,
});
const refusedSchema = z.object({ status: z.literal('refused'), code: declineCodeSchema });
const paymentSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('captured'), reference: referenceSchema, amount: movedAmountSchema }),
  z.object({ status: z.literal('requires-action'), reference: referenceSchema }),
  declinedSchema,
]);
const refundSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('refunded'), reference: referenceSchema }),
  refusedSchema,
]);

/** The request was understood and will never be granted, whoever asks again. */
const NEVER: ReadonlySet<number> = new Set([402, 422]);
/** The provider cannot decide now: it works on this key already, is told to slow down, or has a fault. */
const LATER: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** @throws AppError UNAVAILABLE when the answer decides nothing: the outcome is unknown, ask again with the same key */
export function toPaymentAnswer(reply: GatewayReply): GatewayAnswer {
  if (isGood(reply)) {
    const { status, ...answer } = parse(paymentSchema, reply);
    return { kind: status, ...answer } as GatewayAnswer;
  }
  if (!NEVER.has(reply.status)) throw undecided(reply);
  const declined = declinedSchema.safeParse(parseJson(reply.body));
  return declined.success
    ? { kind: 'declined', final: declined.data.final, code: declined.data.code }
    : { kind: 'declined', final: true, code: `http_${reply.status}` };
}

/** @throws AppError UNAVAILABLE as above */
export function toRefundAnswer(reply: GatewayReply): RefundAnswer {
  if (isGood(reply)) {
    const answer = parse(refundSchema, reply);
    return answer.status === 'refunded'
      ? { kind: 'refunded', reference: answer.reference }
      : { kind: 'refused', code: answer.code };
  }
  if (!NEVER.has(reply.status)) throw undecided(reply);
  const refused = refusedSchema.safeParse(parseJson(reply.body));
  return { kind: 'refused', code: refused.success ? refused.data.code : `http_${reply.status}` };
}

/** True for answers that waiting does not mend: somebody has to change an address, a secret or a program. */
function isMisconfigured({ status }: GatewayReply): boolean {
  return status < 500 && !isGood({ status }) && !NEVER.has(status) && !LATER.has(status);
}

function isGood({ status }: Pick<GatewayReply, 'status'>): boolean {
  return status === 200 || status === 201;
}

function parse<T>(schema: z.ZodType<T>, reply: GatewayReply): T {
  const parsed = schema.safeParse(parseJson(reply.body));
  if (parsed.success) return parsed.data;
  throw new AppError('UNAVAILABLE', 'the payment gateway gave an answer that is not of the protocol', {
    hint: 'docs/payments.md says what it has to answer',
    context: {
      status: reply.status,
      fields: parsed.error.issues.map((issue) => issue.path.join('.')).slice(0, 10),
    },
  });
}

function undecided(reply: GatewayReply): AppError {
  const { status } = reply;
  return new AppError('UNAVAILABLE', `the payment gateway answered ${status}`, {
    ...(isMisconfigured(reply) && {
      hint: 'Check ORDERSCTL_PAYMENT_URL and ORDERSCTL_PAYMENT_SECRET; docs/payments.md says what it has to answer',
    }),
    context: { status },
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
