/** Looks one order up and prints it for people or for scripts. */
import { inspectOrder, type InspectedOrder } from '../../core/triage/inspect-order.js';
import type { CliContext } from '../context.js';
import { withStores } from '../with-stores.js';
import { renderInspection } from './render-inspection.js';

/** @throws AppError ORDER_NOT_FOUND; UNAVAILABLE after printing what is known, when a store was away */
export async function runInspect(context: CliContext, orderOrWorkflow: string): Promise<void> {
  const orderId = orderOrWorkflow.replace(/^order-/, '').toLowerCase();
  const config = await context.loadConfig();
  const inspected = await withStores(context, config, (stores) =>
    inspectOrder({ config, ...stores }, orderId),
  );
  if (context.output.json) context.output.data(toJson(inspected));
  else context.output.line(renderInspection(context.output, orderId, inspected));
  inspected.answer.assertComplete();
}

/** The published shape; fields are only ever added. */
function toJson({ order, hold, timeline, queue, saga, payments, diagnosis, answer }: InspectedOrder) {
  return {
    order,
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
      committed: queue.partition.committed,
      high: queue.partition.high,
      lag: queue.partition.lag,
    },
    workflow: saga && saga.status !== 'missing' ? saga : null,
    payment: payments.at(-1) ?? null,
    payments,
    timeline: timeline.map(({ version, type, data, occurredAt }) => ({ version, type, data, occurredAt })),
    diagnosis,
    unavailable: answer.unavailable,
  };
}
