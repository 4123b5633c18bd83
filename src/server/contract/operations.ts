/** Every operation of the API: what it takes, what it answers, and by which codes it refuses. */
import { z } from 'zod';
import type { ErrorCode } from '../../core/errors.js';
import type { SignatureHeaders } from '../../core/payments/signature.js';
import { idempotencyKeySchema } from '../accept/order-request.js';
import { listQuerySchema } from '../orders/list-own-orders.js';
import { referTo, toJsonSchema, type ComponentName, type JsonSchema } from './json-schemas.js';

export interface Operation {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  /** True when no token is needed. */
  readonly isPublic?: true;
  readonly parameters?: readonly JsonSchema[];
  readonly body?: { readonly schema: ComponentName; readonly example: unknown };
  /** Answers that are no problem, by status. */
  readonly answers: Readonly<Record<number, JsonSchema>>;
  readonly problems: readonly ErrorCode[];
  /** True when its answers may carry RateLimit headers. */
  readonly isRateLimited?: true;
}

const ORDER_ID: JsonSchema = {
  name: 'orderId',
  in: 'path',
  required: true,
  schema: toJsonSchema(z.uuid()),
};
const listQuery = listQuerySchema.shape;
const parameter = (
  where: 'query' | 'header',
  name: string,
  description: string,
  schema: z.ZodType,
  required: boolean,
): JsonSchema => {
  return { name, in: where, required, description, schema: toJsonSchema(schema) };
};
const optional = (where: 'query' | 'header', name: string, description: string, schema: z.ZodType) =>
  parameter(where, name, description, schema, false);
const signed = (name: keyof SignatureHeaders, description: string) =>
  parameter('header', name, description, z.string(), true);
const json = (name: ComponentName) => ({ 'application/json': { schema: referTo(name) } });

/** Of every operation that reads: a header sent twice or a broken address, no token, a store that is away. */
const OF_READS: readonly ErrorCode[] = ['INPUT_INVALID', 'UNAUTHENTICATED', 'OVERLOADED', 'UNAVAILABLE'];

const CAPTURED_EXAMPLE = {
  type: 'payment.captured',
  orderId: '01938a5e-7c1b-7d3e-9a44-0c5b8f2f6a11',
  attempt: 1,
  userId: 'ann',
  reference: 'pay_8731',
  amount: { amountMinor: 4_990, currency: 'EUR' },
};

export const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/orders',
    operationId: 'placeOrder',
    summary: 'Place an order',
    description:
      'With an `Idempotency-Key` the request may be sent again at any time and means the same order: the same 202 ' +
      'while the first is in progress, after it, and after the order has ended. Without one every request is a new ' +
      'order. A refusal without Retry-After stays; after one with it the same key may try again.',
    parameters: [
      optional(
        'header',
        'Idempotency-Key',
        'One for each order a buyer wants to place',
        idempotencyKeySchema,
      ),
    ],
    body: { schema: 'OrderRequest', example: { productId: 'tee-red-m', quantity: 1 } },
    answers: {
      202: {
        description: 'The order is saved and its units are set aside',
        headers: {
          Location: {
            description: 'Where the order is read',
            required: true,
            schema: { type: 'string', format: 'uri-reference' },
          },
        },
        content: json('AcceptedOrder'),
      },
    },
    problems: [
      'INPUT_INVALID',
      'UNAUTHENTICATED',
      'PRODUCT_NOT_FOUND',
      'SOLD_OUT',
      'CUSTOMER_LIMIT',
      'NOT_OPEN_YET',
      'NO_PRICE',
      'RESERVATION_ENDED',
      'SALE_CLOSED',
      'BODY_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'QUANTITY_LIMIT',
      'KEY_REUSED',
      'RATE_LIMITED',
      'SALE_PAUSED',
      'REBUILDING',
      'OVERLOADED',
      'DRAINING',
      'UNAVAILABLE',
    ],
    isRateLimited: true,
  },
  {
    method: 'get',
    path: '/orders',
    operationId: 'listOrders',
    summary: 'List your own orders',
    description: 'Newest first, page by page: `nextCursor` of one page is the `cursor` of the next.',
    parameters: [
      optional('query', 'limit', 'Orders on one page', listQuery.limit),
      optional('query', 'cursor', '`nextCursor` of the page before', listQuery.cursor),
    ],
    answers: { 200: { description: 'One page', content: json('OrdersPage') } },
    problems: OF_READS,
  },
  {
    method: 'get',
    path: '/orders/{orderId}',
    operationId: 'getOrder',
    summary: 'Read one of your own orders',
    description: 'It is there from the moment its 202 was sent.',
    parameters: [ORDER_ID],
    answers: { 200: { description: 'The order as it is now', content: json('Order') } },
    problems: [...OF_READS, 'ORDER_NOT_FOUND'],
  },
  {
    method: 'get',
    path: '/orders/{orderId}/events',
    operationId: 'followOrder',
    summary: 'Follow one of your own orders',
    description:
      'With `Accept: text/event-stream` a live stream: an event `snapshot`, then a `change` whenever the order has ' +
      'changed. The data of each is an Order as JSON, its `id` the version. The stream ends after a final status. ' +
      'Otherwise what has happened so far, as JSON.',
    parameters: [
      ORDER_ID,
      optional(
        'header',
        'Last-Event-ID',
        'The last version a reader of the stream has seen; it hears of later ones only. Anything else is none',
        z.string(),
      ),
    ],
    answers: {
      200: {
        description: 'The timeline, or the stream',
        content: { ...json('Timeline'), 'text/event-stream': { schema: { type: 'string' } } },
      },
      204: { description: 'To a stream whose reader has seen the final status: do not come back' },
    },
    problems: [...OF_READS, 'ORDER_NOT_FOUND', 'RATE_LIMITED', 'DRAINING'],
  },
  {
    method: 'post',
    path: '/payments/webhook',
    operationId: 'reportPayment',
    summary: 'Report what became of a payment',
    description:
      'For the payment provider alone: no token, but a signature over the raw body (docs/payments.md). Safe to send ' +
      'again and in any order. Anything but 200 means: send it again later. Not there (404 `NOT_FOUND`) where no ' +
      'provider is configured.',
    isPublic: true,
    parameters: [
      signed('webhook-id', 'Names the event; the same when it is sent again'),
      signed('webhook-timestamp', 'Seconds since 1970, at most five minutes away'),
      signed(
        'webhook-signature',
        '`v1,` and base64 of HMAC-SHA256 over id, timestamp and body; several by blank',
      ),
    ],
    body: { schema: 'PaymentEvent', example: CAPTURED_EXAMPLE },
    answers: { 200: { description: 'It is recorded', content: json('ReceivedEvent') } },
    problems: [
      'INPUT_INVALID',
      'UNAUTHENTICATED',
      'NOT_FOUND',
      'ORDER_NOT_FOUND',
      'WRONG_STATE',
      'BODY_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'OVERLOADED',
      'UNAVAILABLE',
    ],
  },
  {
    method: 'get',
    path: '/openapi.json',
    operationId: 'getContract',
    summary: 'This document',
    description: 'The contract of the server that answers.',
    isPublic: true,
    answers: {
      200: {
        description: 'OpenAPI 3.1',
        content: { 'application/json': { schema: { type: 'object', required: ['openapi', 'paths'] } } },
      },
    },
    problems: [],
  },
];
