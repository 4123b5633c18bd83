/** An inspection as scripts see it: the published shape; fields are only ever added. */
import type { UnavailableStore } from '../../core/partial-answer.js';
import type { InspectedOrder } from '../../core/triage/inspect-order.js';

export function toInspectionJson(inspected: InspectedOrder, unavailable: readonly UnavailableStore[]) {
  const { order, foundBy, hold, timeline, queue, saga, payments, refund, actions, diagnosis, stored } =
    inspected;
  return {
    order,
    foundBy,
    hold,
    outbox: timeline
      .filter((event) => event.topics.length > 0)
      .map(({ eventId, version, type, topics, occurredAt, publishedAt }) => {
        return { eventId, version, type, topics, occurredAt, publishedAt };
      }),
    kafka: queue && {
      position: queue.position,
      topic: queue.partition.topic,
      partition: queue.partition.partition,
      offsetFrom: queue.offsets?.from ?? null,
      offsetBefore: queue.offsets?.before ?? null,
      committed: queue.partition.committed,
      high: queue.partition.high,
      lag: queue.partition.lag,
    },
    workflow: saga && saga.status !== 'missing' ? { ...saga, history: inspected.history } : null,
    payment: payments.at(-1) ?? null,
    payments,
    refund: stored && {
      due: stored.refundDue,
      references: payments.flatMap(({ refundReference }) => refundReference ?? []),
      restockedAt: stored.restockedAt,
      restockedUnits: refund?.restockedUnits ?? 0,
      calledOff: refund?.calledOff ?? null,
      amountsDue: refund?.due ?? [],
      amountsRefunded: refund?.refunded ?? [],
    },
    reviewReason: stored?.reviewReason ?? null,
    replayCount: stored?.replayCount ?? null,
    product: stored && {
      productId: stored.productId,
      loaded: inspected.holdState === 'unknown' ? null : inspected.holdState !== 'not-loaded',
      drift: inspected.drift,
    },
    actions,
    timeline: timeline.map(({ version, type, data, occurredAt }) => ({ version, type, data, occurredAt })),
    diagnosis,
    unavailable,
  };
}
