/** What goes back, or went back, of an order: money, units, and on whose word. */
import { z } from 'zod';
import type { Money } from '../money.js';
import type { OrderAction } from '../postgres/find-order-actions.js';
import type { StoredFacts } from '../postgres/find-order-facts.js';
import type { OrderEvent } from '../postgres/find-timeline.js';
import type { Payment } from '../postgres/payment-row.js';

export interface InspectedRefund {
  /** Null when nobody called a sale off: the order ended, or money came twice or late. */
  readonly calledOff: {
    readonly at: Date;
    readonly by: string | null;
    readonly reason: string | null;
  } | null;
  /** Of each payment that still has to go back. */
  readonly due: readonly Money[];
  /** Of each payment that went back. */
  readonly refunded: readonly Money[];
  /** Units that the sale had given back; 0 while it keeps them. */
  readonly restockedUnits: number;
  readonly restockedAt: Date | null;
  /** False while they are not on offer in Redis yet. */
  readonly offered: boolean;
}

const calledOffSchema = z.object({
  calledOff: z.literal(true),
  restocked: z.number().optional(),
  by: z.string().nullish(),
  reason: z.string().nullish(),
});

/** @returns null when nothing goes or went back */
export function refundOf(known: {
  readonly stored: StoredFacts;
  readonly payments: readonly Payment[];
  readonly timeline: readonly OrderEvent[];
  /** Newest first. */
  readonly actions: readonly OrderAction[];
}): InspectedRefund | null {
  const { stored, payments, timeline, actions } = known;
  const words = timeline.flatMap(({ data, occurredAt }) => {
    const parsed = calledOffSchema.safeParse(data);
    return parsed.success ? [{ ...parsed.data, at: occurredAt }] : [];
  });
  const [first] = words;
  // Before events told it, only the record of a command that named the order did.
  const action = first && actions.findLast(({ command }) => command === 'refund');
  const refunded = payments.filter(({ status }) => status === 'REFUNDED').map(({ amount }) => amount);
  const due = stored.refundDue ? payments.filter((payment) => isOwed(payment, stored)) : [];
  const isNothing = !first && due.length === 0 && refunded.length === 0 && stored.restockedAt === null;
  if (isNothing) return null;
  return {
    calledOff: first
      ? {
          at: first.at,
          by: first.by ?? action?.actor ?? null,
          reason: first.reason ?? action?.reason ?? null,
        }
      : null,
    due: due.map(({ amount }) => amount),
    refunded,
    restockedUnits: words.reduce((sum, { restocked = 0 }) => sum + restocked, 0),
    restockedAt: stored.restockedAt,
    offered: !stored.restockOpen,
  };
}

/** A sale that stands keeps the payment it was confirmed by; what came beside it is LATE. */
function isOwed({ status }: Payment, { status: ofOrder, calledOff }: StoredFacts): boolean {
  return status === 'LATE' || (status === 'CAPTURED' && (ofOrder !== 'CONFIRMED' || calledOff));
}
