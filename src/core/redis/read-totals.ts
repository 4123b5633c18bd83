/** Reads the figures of a product in Redis at one moment. */
import { z } from 'zod';
import type { OrdersRedis } from './create-redis.js';
import { productKeys } from './keys.js';
import { runScript } from './scripts.js';

export interface Totals {
  /** Free units; null when the product is not loaded. May be below zero while units in flight are refused. */
  readonly available: number | null;
  /** Number of holds. */
  readonly holds: number;
  /** Units in all holds. */
  readonly heldUnits: number;
  /** Epoch of the load; null when there never was one. */
  readonly epoch: number | null;
  /** Level of units seeded that the counter follows, and the movements that led there. */
  readonly seeded: number;
  readonly movements: number;
}

const replySchema = z.tuple([z.string(), z.string(), z.string(), z.string(), z.string(), z.string()]);

/** @throws AppError UNAVAILABLE */
export async function readTotals(redis: OrdersRedis, prefix: string, productId: string): Promise<Totals> {
  const keys = productKeys(prefix, productId);
  const reply = await runScript(redis, 'readTotals', [keys.stock, keys.sale, keys.holds, keys.totals], []);
  const [available, holds, heldUnits, epoch, seeded, movements] = replySchema.parse(reply);
  return {
    available: available === '' ? null : Number(available),
    holds: Number(holds),
    heldUnits: Number(heldUnits),
    epoch: epoch === '' ? null : Number(epoch),
    seeded: Number(seeded),
    movements: Number(movements),
  };
}
