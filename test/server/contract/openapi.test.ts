import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptedOrderSchema } from '../../../src/server/accept/accepted-order.js';
import { makeOpenApiDocument } from '../../../src/server/contract/openapi-document.js';
import { OPERATIONS } from '../../../src/server/contract/operations.js';
import { PROBLEM_CODES, problemSchema } from '../../../src/server/http/problem-schema.js';
import { ordersPageSchema } from '../../../src/server/orders/list-own-orders.js';
import { orderSchema } from '../../../src/server/orders/order-json.js';
import { timelineSchema } from '../../../src/server/orders/timeline-json.js';
import { REPOSITORY } from '../../support/binary.js';
import { startServeSpace, type ServeSpace } from '../serve-space.js';

/** Answered where no operation is. */
const OUTSIDE = ['METHOD_NOT_ALLOWED'];

describe('the contract', () => {
  let serve: ServeSpace;
  let productId: string;
  beforeAll(async () => {
    serve = await startServeSpace('contract');
    productId = await serve.product(10);
  });
  afterAll(() => serve.close());

  it('is the one that is committed; npm run openapi writes it', () => {
    const committed: unknown = JSON.parse(readFileSync(join(REPOSITORY, 'docs/openapi.json'), 'utf8'));
    expect(makeOpenApiDocument()).toEqual(committed);
  });

  it('is the one that is served, to everybody', async () => {
    const response = await fetch(`${serve.api}/openapi.json`);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual(makeOpenApiDocument());
  });

  it('points only to what it contains, and names every operation once', () => {
    const document = makeOpenApiDocument();
    const text = JSON.stringify(document);
    const { schemas } = document['components'] as { schemas: Record<string, unknown> };
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(Object.keys(schemas)).toContain(name);
    }
    const ids = OPERATIONS.map((operation) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(text).not.toMatch(/\$id|\\\\p\{/);
  });

  it('says of every code where it is answered', () => {
    const documented = new Set<string>(OPERATIONS.flatMap((operation) => operation.problems));
    const missing = PROBLEM_CODES.filter((code) => code !== 'INTERNAL' && !documented.has(code));
    expect(missing.sort()).toEqual([...OUTSIDE].sort());
  });

  it('describes every field of every answer', async () => {
    const placed = await serve.order(productId, 1);
    expect(placed.status).toBe(202);
    expect(acceptedOrderSchema.parse(placed.body)).toEqual(placed.body);
    const path = `/orders/${placed.body.orderId}`;
    for (const [at, schema] of [
      [path, orderSchema],
      [`${path}/events`, timelineSchema],
      ['/orders', ordersPageSchema],
    ] as const) {
      const answer = await serve.get(at, 'ada');
      expect([at, answer.status]).toEqual([at, 200]);
      expect(schema.parse(answer.body)).toEqual(answer.body);
    }
    for (const refused of [
      await serve.get(`/orders/${randomUUID()}`, 'ada'),
      await serve.get('/orders', ''),
      await serve.get('/nowhere', 'ada'),
      await serve.order(productId, 100),
    ]) {
      expect(refused.status).toBeGreaterThanOrEqual(400);
      expect(problemSchema.parse(refused.body)).toEqual(refused.body);
    }
  });
});
