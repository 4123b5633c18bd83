/** The zod schemas that the handlers use, as JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
import { z } from 'zod';
import { acceptedOrderSchema } from '../accept/accepted-order.js';
import { orderRequestSchema } from '../accept/order-request.js';
import { moneySchema } from '../http/money-schema.js';
import { problemSchema } from '../http/problem-schema.js';
import { ordersPageSchema } from '../orders/list-own-orders.js';
import { orderSchema } from '../orders/order-json.js';
import { timelineSchema } from '../orders/timeline-json.js';
import { paymentEventSchema, receivedEventSchema } from '../payments/payment-event.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

const COMPONENTS = {
  OrderRequest: orderRequestSchema,
  AcceptedOrder: acceptedOrderSchema,
  Order: orderSchema,
  OrdersPage: ordersPageSchema,
  Timeline: timelineSchema,
  PaymentEvent: paymentEventSchema,
  ReceivedEvent: receivedEventSchema,
  Money: moneySchema,
  Problem: problemSchema,
} as const;
export type ComponentName = keyof typeof COMPONENTS;

const uriOf = (name: string) => `#/components/schemas/${name}`;

export function referTo(name: ComponentName): JsonSchema {
  return { $ref: uriOf(name) };
}

/** As senders write them: requests allow no unknown field, answers may get new ones, which readers must ignore. */
export function makeComponents(): Readonly<Record<string, JsonSchema>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(COMPONENTS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    uri: uriOf,
    io: 'input',
    override: ({ jsonSchema }) => ease(jsonSchema),
  });
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withoutIds(schema)]));
}

/** @param schema of a parameter, as it is after parsing: a number in the address is a number */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  return withoutIds(z.toJSONSchema(schema, { io: 'output', override: ({ jsonSchema }) => ease(jsonSchema) }));
}

/** What validators of other languages do not know, or do not need beside the format, is left out or written otherwise. */
function ease(schema: { format?: string; pattern?: string; readOnly?: boolean }): void {
  // In TypeScript it means that we do not change the value; in OpenAPI, that nobody may send it.
  delete schema.readOnly;
  if (schema.format === 'uuid' || schema.format === 'date-time') delete schema.pattern;
  // No text that is valid UTF-8 has half a surrogate pair.
  schema.pattern = schema.pattern
    ?.replace('\\p{Cc}', '\\u0000-\\u001f\\u007f-\\u009f')
    .replace('\\p{Cs}', '');
  if (schema.pattern === undefined) delete schema.pattern;
}

function withoutIds(schema: object): JsonSchema {
  const { $schema: _schema, $id: _id, ...rest } = schema as Record<string, unknown>;
  return rest;
}
