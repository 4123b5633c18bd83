/** Reserves units in Redis: the fast filter in front of every order. */
import { AppError } from '../errors.js';
import { ORDERS_COMMAND_TIMEOUT_MS, waitForRedis, type OrdersRedis } from './create-redis.js';
import { parseHold, type Hold } from './hold.js';
import { productKeys, type ProductKeys } from './keys.js';
import { codeNameOf } from './reservation-codes.js';
import { runScript } from './scripts.js';
import { withinDeadline } from './within-deadline.js';

export interface Reservation {
  readonly reservationId: string;
  readonly productId: string;
  /** 1 to 128 characters, any. */
  readonly userId: string;
  readonly quantity: number;
  /** SHA-256 over product and quantity, in hex. */
  readonly bodyHash: string;
}

/** `known`: an earlier hold of the same reservation id, with everything it stored. `ended`: ask Postgres. */
export type ReserveResult =
  | { readonly kind: 'reserved' | 'known'; readonly hold: Hold }
  | { readonly kind: 'ended' | 'not-loaded' | 'no-price' | 'paused' | 'closed' | 'sold-out' }
  | { readonly kind: 'not-open-yet'; readonly opensAt: Date }
  | { readonly kind: 'quantity-limit' | 'customer-limit'; readonly max: number };

export type Reserve = (reservation: Reservation) => Promise<ReserveResult>;

const MAX_PRODUCTS_KNOWN = 1_000;

/**
 * @param deadlineMs for the whole, the second try not counted; a buyer's patience
 * @returns reserve, which asks once and at most once more with the same id when the connection broke: the script
 *   answers an earlier hold of that id first, so a lost reply never costs a second unit (I8).
 *   It throws AppError UNAVAILABLE when Redis did not answer in time (the outcome is then
 *   unknown: submit again with the same id) and INPUT_INVALID for a quantity that is not a whole number from 1.
 */
export function createReserve(
  redis: OrdersRedis,
  prefix: string,
  deadlineMs: number = ORDERS_COMMAND_TIMEOUT_MS,
): Reserve {
  const keysOf = rememberKeys(prefix);
  return async (reservation) => {
    const { productId, reservationId } = reservation;
    const keys = keysOf(productId);
    const ask = () =>
      runScript(
        redis,
        'reserve',
        [keys.stock, keys.price, keys.sale, keys.holds, keys.limits, keys.totals, keys.done(reservationId)],
        [reservationId, reservation.userId, reservation.quantity, reservation.bodyHash],
      );
    return toResult(reservation, await askAgainOnce(redis, ask, deadlineMs));
  };
}

/** Names of keys made once per product: a sale has few products and many orders. */
function rememberKeys(prefix: string): (productId: string) => ProductKeys {
  const known = new Map<string, ProductKeys>();
  return (productId) => {
    let keys = known.get(productId);
    if (!keys) {
      // Ids come from buyers too.
      if (known.size >= MAX_PRODUCTS_KNOWN) known.clear();
      known.set(productId, (keys = productKeys(prefix, productId)));
    }
    return keys;
  };
}

/**
 * A second try makes sense only when the connection broke under the first and is back before its deadline. While Redis
 * is away nobody waits (I14).
 */
async function askAgainOnce(
  redis: OrdersRedis,
  ask: () => Promise<unknown>,
  deadlineMs: number,
): Promise<unknown> {
  const deadline = performance.now() + deadlineMs;
  const wasReady = redis.status === 'ready';
  try {
    return await withinDeadline(ask(), deadlineMs);
  } catch (error) {
    const left = deadline - performance.now();
    if (!wasReady || left <= 0 || !(error instanceof AppError) || error.code !== 'UNAVAILABLE') throw error;
    await waitForRedis(redis, left);
    return withinDeadline(ask(), deadlineMs);
  }
}

function toResult(reservation: Reservation, reply: unknown): ReserveResult {
  const [code, detail] = Array.isArray(reply) ? (reply as unknown[]) : [];
  const name = codeNameOf(code);
  switch (name) {
    case 'done':
    case 'known':
      return {
        kind: name === 'done' ? 'reserved' : 'known',
        hold: parseHold(reservation.productId, reservation.reservationId, String(detail)),
      };
    case 'ended':
    case 'paused':
    case 'closed':
      return { kind: name };
    case 'notLoaded':
      return { kind: 'not-loaded' };
    case 'noPrice':
      return { kind: 'no-price' };
    case 'soldOut':
      return { kind: 'sold-out' };
    case 'notOpenYet':
      return { kind: 'not-open-yet', opensAt: new Date(Number(detail)) };
    case 'quantityLimit':
      return { kind: 'quantity-limit', max: Number(detail) };
    case 'customerLimit':
      return { kind: 'customer-limit', max: Number(detail) };
    case 'badQuantity':
      throw new AppError('INPUT_INVALID', 'quantity must be a whole number from 1');
    default:
      throw new AppError('INTERNAL', 'reserve answered an unknown code', { context: { reply } });
  }
}
