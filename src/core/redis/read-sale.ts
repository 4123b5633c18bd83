/** Reads the sale of a product as Redis has it: what decides over the next order. */
import { z } from 'zod';
import type { OrdersRedis } from './create-redis.js';
import { productKeys } from './keys.js';
import { toRedisError } from './redis-errors.js';
import { parseSaleRules, type SaleRules } from './stored-rules.js';

export interface SaleInRedis {
  /** Null: none were ever written, and the product sells as soon as it is loaded and priced. */
  readonly rules: SaleRules | null;
  /** Epoch of the load; null when there never was one. */
  readonly epoch: number | null;
  /** Free units; null when the product is not loaded. */
  readonly available: number | null;
  /** Redis TIME of this look, the clock of sale windows. */
  readonly now: Date;
}

const RULES = ['state', 'opensAt', 'closesAt', 'maxPerOrder', 'maxPerCustomer', 'revision'] as const;

const replySchema = z.tuple([
  z.tuple([z.null(), z.array(z.string().nullable()).length(RULES.length + 1)]),
  z.tuple([z.null(), z.string().nullable()]),
  z.tuple([z.null(), z.tuple([z.coerce.number(), z.coerce.number()])]),
]);

/** One moment of one product. @throws AppError UNAVAILABLE */
export async function readSale(redis: OrdersRedis, prefix: string, productId: string): Promise<SaleInRedis> {
  const keys = productKeys(prefix, productId);
  let reply: unknown;
  try {
    reply = await redis
      .multi()
      .hmget(keys.sale, ...RULES, 'epoch')
      .get(keys.stock)
      .time()
      .exec();
  } catch (error) {
    throw toRedisError(error);
  }
  const [[, fields], [, available], [, [seconds, microseconds]]] = replySchema.parse(reply);
  const epoch = fields.at(-1) ?? null;
  return {
    rules: parseSaleRules(fields),
    epoch: epoch === null ? null : Number(epoch),
    // As the scripts see it: a counter without an epoch is no load.
    available: available === null || epoch === null ? null : Number(available),
    now: new Date(seconds * 1_000 + Math.floor(microseconds / 1_000)),
  };
}
