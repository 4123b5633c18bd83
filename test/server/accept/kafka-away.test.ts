import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { startServeSpace, type ServeSpace } from '../serve-space.js';

describe('with Kafka away', () => {
  let serve: ServeSpace;
  beforeAll(async () => {
    serve = await startServeSpace('no-kafka', { kafkaBrokers: '127.0.0.1:1', outboxMaxDepth: '20' });
  });
  afterAll(() => serve.close());

  it('accepts orders until the outbox is as deep as allowed, then refuses without holding anything', async () => {
    const productId = await serve.product(1_000);
    const first = await Promise.all(Array.from({ length: 20 }, () => serve.order(productId, 1)));
    expect(first.map((answer) => answer.status)).toEqual(first.map(() => 202));

    const refused = await waitFor(
      async () => {
        const answer = await serve.order(productId, 1);
        return answer.status !== 202 && answer;
      },
      { what: 'the outbox to count as full' },
    );
    expect(refused.body).toMatchObject({ status: 503, code: 'OVERLOADED', retryable: true });
    const before = await serve.figures(productId);
    const answers = await Promise.all(Array.from({ length: 50 }, () => serve.order(productId, 1)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([503]));
    expect(await serve.figures(productId)).toEqual(before);
    expect((await fetch(`${serve.admin}/readyz`)).status).toBe(200);
  });
});
