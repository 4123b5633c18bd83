/** Orders for the pipeline, over HTTP as buyers place them. */
import { randomBytes } from 'node:crypto';
import { AppError } from '../../core/errors.js';
import { inParallel } from '../../core/in-parallel.js';
import { OPEN_PRODUCT } from '../accept/subjects.js';
import type { ApiClient } from '../load/http-client.js';
import type { Identify } from '../load/identify.js';

export interface PlacedOrder {
  readonly orderId: string;
  /** When the 202 was there, ms since 1970. */
  readonly acceptedAt: number;
}

export interface BenchBuyers {
  /** One order of a new buyer. @throws AppError INTERNAL for any answer but 202 */
  place(): Promise<PlacedOrder>;
  /** As fast as they are accepted. */
  placeMany(count: number): Promise<PlacedOrder[]>;
}

const CUSTOMERS = 1_000;
/** Enough to place a few hundred orders within a moment. */
const WIDTH = 32;

export function createBenchBuyers(client: ApiClient, identify: Identify): BenchBuyers {
  const run = randomBytes(6).toString('hex');
  let placed = 0;

  async function place(): Promise<PlacedOrder> {
    placed += 1;
    const answer = await client.send({
      method: 'POST',
      path: '/orders',
      caller: identify(`customer-${placed % CUSTOMERS}`),
      idempotencyKey: `${run}-${placed}`,
      body: { productId: OPEN_PRODUCT, quantity: 1 },
    });
    const acceptedAt = Date.now();
    if (answer.kind === 'answered' && answer.status === 202 && answer.body.orderId !== undefined) {
      return { orderId: answer.body.orderId, acceptedAt };
    }
    throw new AppError('INTERNAL', `an order of the benchmark was not accepted: ${JSON.stringify(answer)}`);
  }

  return {
    place,
    placeMany: (count) => inParallel(Array.from({ length: count }), WIDTH, place),
  };
}
