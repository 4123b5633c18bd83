/** Takes one request from what a customer and an address may send, counted in Redis for all replicas together. */
import { AppError } from '../errors.js';
import type { Rate } from '../rate.js';
import type { OrdersRedis } from './create-redis.js';
import { rateKeys } from './keys.js';
import { codeNameOf } from './reservation-codes.js';
import { runScript } from './scripts.js';
import { withinDeadline } from './within-deadline.js';

export interface Caller {
  readonly userId: string;
  /** Host address, or the network that counts as one caller. */
  readonly address: string;
}

/** Either may be unlimited. */
export interface RateLimits {
  readonly customer: Rate | undefined;
  readonly address: Rate | undefined;
}

export interface Share {
  readonly remaining: number;
  /** Until all of the quota is there again. */
  readonly wholeInMs: number;
}

/** What is not limited is undefined in `taken`; what is not spent is 0 in `limited`. */
export type RateAnswer =
  | { readonly kind: 'taken'; readonly customer: Share | undefined; readonly address: Share | undefined }
  | { readonly kind: 'limited'; readonly customerWaitMs: number; readonly addressWaitMs: number };

export type TakeRate = (caller: Caller) => Promise<RateAnswer>;

/**
 * GCRA by Redis TIME rather than a window of counters: one number for each caller, exact at every moment, and no
 * second burst at the turn of a window.
 * @returns takeRate, which throws AppError UNAVAILABLE when Redis does not answer
 */
export function createTakeRate(redis: OrdersRedis, prefix: string, limits: RateLimits): TakeRate {
  const { customer, address } = limits;
  const args = [customer, address].flatMap((rate) => [rate?.quota ?? 0, rate?.windowSeconds ?? 0]);
  return async (caller) => {
    const keys = rateKeys(prefix, caller);
    const reply = await withinDeadline(runScript(redis, 'rateLimit', [keys.customer, keys.address], args));
    const [code, ...figures] = Array.isArray(reply) ? (reply as unknown[]) : [];
    const at = (index: number) => Number(figures[index]);
    switch (codeNameOf(code)) {
      case 'done':
        return {
          kind: 'taken',
          customer: customer && { remaining: at(0), wholeInMs: at(1) },
          address: address && { remaining: at(2), wholeInMs: at(3) },
        };
      case 'rateLimited':
        return { kind: 'limited', customerWaitMs: at(0), addressWaitMs: at(1) };
      default:
        throw new AppError('INTERNAL', 'rate-limit answered an unknown code', { context: { reply } });
    }
  };
}
