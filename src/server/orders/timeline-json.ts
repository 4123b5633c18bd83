/** What has happened to an order so far, as its owner sees it over HTTP. */
import { z } from 'zod';
import { ORDER_STATUSES, type Order } from '../../core/order.js';
import type { OrderEvent } from '../../core/postgres/find-timeline.js';

export const timelineSchema = z
  .object({
    orderId: z.uuid(),
    status: z.enum(ORDER_STATUSES),
    version: z.int().min(1),
    events: z
      .array(
        z.object({
          version: z.int().min(1).describe('Of the order after it'),
          type: z
            .string()
            .describe('The status the order moved to, or what else happened; new types may come'),
          occurredAt: z.iso.datetime(),
        }),
      )
      .describe('In the order of their versions'),
  })
  .readonly();
export type TimelineJson = z.output<typeof timelineSchema>;

export function toTimelineJson(order: Order, events: readonly OrderEvent[]): TimelineJson {
  return {
    orderId: order.orderId,
    status: order.status,
    version: order.version,
    events: events.map(({ version, type, occurredAt }) => ({
      version,
      type,
      occurredAt: occurredAt.toISOString(),
    })),
  };
}
