/** What cheats try at a sale. Each trick ends in one judgement: whether the shop let it through. */
import { pause } from '../../core/back-off.js';
import type { AcceptedOrder } from './tally.js';
import { MOST_UNITS, type Buyer, type Trick } from './crowd.js';
import type { Answer, ApiRequest } from './http-client.js';
import type { Identify } from './identify.js';
import { pauseBefore, placeOrder, type Placed, type PlaceParts } from './place-order.js';

export interface TrickResult {
  readonly name: Trick;
  readonly outcome: 'turned-away' | 'succeeded' | 'untried';
  /** What the shop answered. */
  readonly seen: string;
}

export interface CheatParts extends PlaceParts {
  /** As `identify`, and not believable; null where callers are known by a header that anybody could write. */
  readonly forge: Identify | null;
  /** The latest order of somebody else; undefined while there is none. */
  readonly foreignOrder: (userId: string) => AcceptedOrder | undefined;
}

export interface PlayedTrick {
  readonly trick: TrickResult;
  /** Orders that were asked for honestly on the way. */
  readonly placed: readonly Placed[];
}

/** By so many keys; `CUSTOMER_LIMIT` is below what they come to. */
const KEYS = 3;
/** Units of one customer: two whole orders, so that nobody honest meets it. */
export const CUSTOMER_LIMIT = 2 * MOST_UNITS;
const TRIES = 8;

/** Never rejects. */
export async function playTrick(
  parts: CheatParts,
  buyer: Buyer,
  name: Trick,
  dueAt: number,
): Promise<PlayedTrick> {
  const { userId, productId, idempotencyKey } = buyer;
  const order = { productId, quantity: 1 };
  const send = (request: Omit<ApiRequest, 'caller'>, caller = parts.identify(userId)) =>
    untilDecided(parts, { ...request, caller });
  const post = (body: unknown, caller?: Readonly<Record<string, string>>) =>
    send({ method: 'POST', path: '/orders', idempotencyKey, body }, caller);
  const judged = (answer: Answer | undefined, placed: readonly Placed[] = []): PlayedTrick => ({
    trick: judge(name, answer),
    placed,
  });

  switch (name) {
    case 'over-limit': {
      const keys = Array.from({ length: KEYS }, (_, nth) => `${idempotencyKey ?? userId}-${nth}`);
      const placed = await Promise.all(
        keys.map((key) =>
          placeOrder(parts, { userId, idempotencyKey: key, productId, quantity: MOST_UNITS, dueAt }),
        ),
      );
      return { trick: judgeUnits(placed), placed };
    }
    case 'over-quantity':
      return judged(await post({ ...order, quantity: MOST_UNITS + 1 }));
    case 'own-price':
      return judged(await post({ ...order, unitPrice: { amountMinor: 1, currency: 'EUR' } }));
    case 'forged-token':
      return judged(parts.forge ? await post(order, parts.forge(userId)) : undefined);
    case 'other-body': {
      const first = await placeOrder(parts, { userId, idempotencyKey, ...order, dueAt });
      if (first.purchase.kind !== 'accepted') return judged(undefined, [first]);
      return judged(await post({ ...order, quantity: 2 }), [first]);
    }
    case 'foreign-read':
    case 'foreign-payment':
    case 'foreign-cancel': {
      const foreign = parts.foreignOrder(userId);
      if (!foreign) return judged(undefined);
      const path = `/orders/${foreign.orderId}`;
      if (name === 'foreign-read') return judged(await send({ method: 'GET', path }));
      return judged(
        await send({ method: 'POST', path: `${path}/${name === 'foreign-payment' ? 'payment' : 'cancel'}` }),
      );
    }
  }
}

/** A refusal that is about now says nothing of the trick. */
async function untilDecided(parts: PlaceParts, request: ApiRequest): Promise<Answer> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await parts.client.send(request);
    const isDecided = answer.kind === 'answered' && answer.status !== 503 && answer.status !== 429;
    if (isDecided || attempt >= TRIES || parts.signal.aborted) return answer;
    await pause(pauseBefore(attempt, answer), parts.signal);
  }
}

function judge(name: Trick, answer: Answer | undefined): TrickResult {
  if (answer === undefined) return { name, outcome: 'untried', seen: 'nothing to try it on' };
  if (answer.kind === 'lost') return { name, outcome: 'untried', seen: answer.reason };
  const seen = `${answer.status} ${answer.body.code ?? ''}`.trim();
  if (answer.status < 300) return { name, outcome: 'succeeded', seen };
  return { name, outcome: answer.status >= 500 || answer.status === 429 ? 'untried' : 'turned-away', seen };
}

function judgeUnits(placed: readonly Placed[]): TrickResult {
  const accepted = placed.filter(({ purchase }) => purchase.kind === 'accepted').length;
  const units = accepted * MOST_UNITS;
  const isOver = units > CUSTOMER_LIMIT;
  const seen = `${units} units of ${CUSTOMER_LIMIT}`;
  return { name: 'over-limit', outcome: isOver ? 'succeeded' : 'turned-away', seen };
}
