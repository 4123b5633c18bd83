/** What one buyer does: place the order, read it at once, perhaps repeat the request, never give up too early. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Buyer } from './buyers-plan.js';
import type { Answer, ApiClient } from './http-client.js';

export type Purchase =
  | {
      readonly kind: 'accepted';
      readonly orderId: string;
      readonly readable: boolean;
      readonly acceptMs: number;
    }
  /** @see ERROR_CODES */
  | { readonly kind: 'refused'; readonly code: string }
  /** Patience or safety ended it: the answer was lost and there was no key to ask with again. */
  | { readonly kind: 'unanswered'; readonly reason: string };

export interface Shopping {
  readonly purchase: Purchase;
  /** The same request again with the same key: whether it gave the same order. Null where it was not repeated. */
  readonly repeated: 'same' | 'different' | 'refused' | null;
  /** Requests sent, reads not counted. */
  readonly requests: number;
}

export interface BuyParts {
  readonly client: ApiClient;
  readonly token: (userId: string) => Promise<string>;
  readonly signal: AbortSignal;
}

/** Longer than a role needs to be started again. */
const PATIENCE_MS = 20_000;
/** Nobody listened: nothing can have been taken. */
const NEVER_SENT = 'ECONNREFUSED';
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
const LATER_MS = 700;

/** @param dueAt performance.now() at which the buyer was to arrive: late sending counts as waiting */
export async function goShopping(parts: BuyParts, buyer: Buyer, dueAt: number): Promise<Shopping> {
  const token = await parts.token(buyer.userId);
  let requests = 0;

  /** Until an answer that says yes or no. */
  async function place(sentAt: number): Promise<Purchase> {
    const deadline = performance.now() + PATIENCE_MS;
    for (let attempt = 0; ; attempt += 1) {
      const startedAt = attempt === 0 ? sentAt : performance.now();
      requests += 1;
      const answer = await parts.client.send({
        method: 'POST',
        path: '/orders',
        token,
        idempotencyKey: buyer.idempotencyKey,
        body: { productId: buyer.productId, quantity: buyer.quantity },
      });
      if (answer.kind === 'answered' && answer.status === 202 && answer.body.orderId !== undefined) {
        const acceptMs = performance.now() - startedAt;
        const readable = await isReadable(parts, token, answer.body.orderId);
        return { kind: 'accepted', orderId: answer.body.orderId, readable, acceptMs };
      }
      if (!mayTryAgain(answer, buyer) || performance.now() > deadline) return toRefusal(answer);
      await delay(pauseBefore(attempt, answer), undefined, { signal: parts.signal });
    }
  }

  if (buyer.repeat === 'never') return { purchase: await place(dueAt), repeated: null, requests };
  const [purchase, again] =
    buyer.repeat === 'double-click'
      ? await Promise.all([place(dueAt), place(dueAt)])
      : [
          await place(dueAt),
          await delay(LATER_MS, undefined, { signal: parts.signal }).then(() => place(performance.now())),
        ];
  return { ...compare(purchase, again), requests };
}

/** Refusals are not remembered, so a repeat may get what the first was refused; two different orders it must not get. */
function compare(first: Purchase, again: Purchase): Pick<Shopping, 'purchase' | 'repeated'> {
  if (first.kind === 'accepted' && again.kind === 'accepted') {
    return { purchase: first, repeated: first.orderId === again.orderId ? 'same' : 'different' };
  }
  return { purchase: first.kind === 'accepted' ? first : again, repeated: 'refused' };
}

/** A 503 changed nothing; after an answer was lost only the key makes a second request safe (I5). */
function mayTryAgain(answer: Answer, buyer: Buyer): boolean {
  if (answer.kind === 'lost') return buyer.idempotencyKey !== null || answer.reason === NEVER_SENT;
  return answer.status === 503 || answer.status === 429;
}

function pauseBefore(attempt: number, answer: Answer): number {
  const asked = answer.kind === 'answered' ? (answer.retryAfterMs ?? 0) : 0;
  const own = FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random());
  return Math.min(LONGEST_PAUSE_MS, Math.max(asked, own));
}

function toRefusal(answer: Answer): Purchase {
  if (answer.kind === 'lost') return { kind: 'unanswered', reason: answer.reason };
  return { kind: 'refused', code: answer.body.code ?? `HTTP_${answer.status}` };
}

/** I4: the order is there the moment the 202 is. A lost read is asked again; any answer but 200 is a no. */
async function isReadable({ client, signal }: BuyParts, token: string, orderId: string): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let attempt = 0; ; attempt += 1) {
    const answer = await client.send({ method: 'GET', path: `/orders/${orderId}`, token });
    if (answer.kind === 'answered' && answer.status !== 503)
      return answer.status === 200 && answer.body.orderId === orderId;
    if (performance.now() > deadline) return false;
    await delay(pauseBefore(attempt, answer), undefined, { signal });
  }
}
