/** What one buyer does, by habit: buy once, repeat the request, hang up and come again, or cheat. */
import { pause } from '../../core/back-off.js';
import { playTrick, type CheatParts, type TrickResult } from './cheat.js';
import type { Buyer } from './crowd.js';
import { placeOrder, type Placed, type Purchase } from './place-order.js';

export interface Shopping {
  readonly purchases: readonly Purchase[];
  /** The same request again with the same key: whether it gave the same order. Null where it was not repeated. */
  readonly repeated: 'same' | 'different' | 'refused' | null;
  /** Of a cheat. */
  readonly trick: TrickResult | null;
  /** Sent to place orders: reads are not counted. */
  readonly requests: number;
  /** From the moment the buyer was due; null when the first answer was lost. */
  readonly firstAnswerMs: number | null;
  /** The buyer may have an order without knowing it. */
  readonly unaware: boolean;
}

const LATER_MS = 700;

/** @param dueAt performance.now() at which the buyer was to arrive: late sending counts as waiting */
export async function goShopping(parts: CheatParts, buyer: Buyer, dueAt: number): Promise<Shopping> {
  const { userId, idempotencyKey, productId, quantity, habit } = buyer;
  const wanted = { userId, idempotencyKey, productId, quantity };
  const place = (at = performance.now(), hangUpAfterMs?: number) =>
    placeOrder(parts, { ...wanted, dueAt: at, ...(hangUpAfterMs !== undefined && { hangUpAfterMs }) });

  switch (habit.kind) {
    case 'cheats': {
      const played = await playTrick(parts, buyer, habit.trick, dueAt);
      const { placed, trick } = played;
      return { ...summed(placed), purchases: placed.map((one) => one.purchase), repeated: null, trick };
    }
    case 'abandons': {
      const first = await place(dueAt, habit.afterMs);
      if (first.purchase.kind !== 'hung-up' || !habit.returns) return oneOf(first);
      await pause(LATER_MS, parts.signal);
      const again = await place();
      return {
        ...oneOf(again),
        requests: first.requests + again.requests,
        // The first request may still be under way when the second is refused.
        unaware: again.purchase.kind !== 'accepted',
      };
    }
    case 'pays-late':
      return oneOf(await place(dueAt));
    case 'buys': {
      if (habit.repeat === 'never') return oneOf(await place(dueAt));
      const [first, second] =
        habit.repeat === 'double-click'
          ? await Promise.all([place(dueAt), place(dueAt)])
          : [await place(dueAt), await pause(LATER_MS, parts.signal).then(() => place())];
      const { purchase, repeated } = compare(first.purchase, second.purchase);
      return {
        ...{ purchases: [purchase], repeated, trick: null, firstAnswerMs: first.firstAnswerMs },
        requests: first.requests + second.requests,
        // Both are about the same order: what one was told, the other's buyer knows.
        unaware: purchase.kind !== 'accepted' && (first.unaware || second.unaware),
      };
    }
  }
}

function oneOf({ purchase, requests, firstAnswerMs, unaware }: Placed): Shopping {
  return { purchases: [purchase], repeated: null, trick: null, requests, firstAnswerMs, unaware };
}

function summed(placed: readonly Placed[]): Pick<Shopping, 'requests' | 'firstAnswerMs' | 'unaware'> {
  return {
    requests: placed.reduce((sum, one) => sum + one.requests, 0),
    firstAnswerMs: placed[0]?.firstAnswerMs ?? null,
    unaware: placed.some((one) => one.unaware),
  };
}

/** Refusals are not remembered, so a repeat may get what the first was refused; two different orders it must not get. */
function compare(
  first: Purchase,
  again: Purchase,
): { readonly purchase: Purchase; readonly repeated: Shopping['repeated'] } {
  if (first.kind === 'accepted' && again.kind === 'accepted') {
    return { purchase: first, repeated: first.orderId === again.orderId ? 'same' : 'different' };
  }
  return { purchase: first.kind === 'accepted' ? first : again, repeated: 'refused' };
}
