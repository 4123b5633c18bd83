/** `POST /orders` on plain node:http: authenticate, parse, admit, take, answer. The framework would be half its cost. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppError } from '../../core/errors.js';
import { refuse } from '../../core/refusal.js';
import type { RoleStats } from '../../core/stats/role-stats.js';
import { assertJson } from '../http/json-body.js';
import { CallerGone, readBody } from '../http/read-body.js';
import type { SendProblem } from '../http/problem.js';
import { SECURITY_HEADERS } from '../http/security-headers.js';
import type { Authenticate } from '../identity/authenticate.js';
import type { AcceptedOrderJson } from './accepted-order.js';
import type { Admission } from './admission.js';
import { bodyHashOf } from './body-hash.js';
import type { IsKnown } from './known-reservations.js';
import { MAX_BODY_BYTES, parseIdempotencyKey, parseOrderRequest } from './order-request.js';
import type { RateLimiter } from './rate-limiter.js';
import { freshReservationId, keyedReservationId } from './reservation-id.js';
import type { SoldOutFlags } from './sold-out-flags.js';
import type { TakenOrder, TakeOrder } from './take-order.js';

export interface AcceptDeps {
  /** ORDERSCTL_PREFIX. */
  readonly prefix: string;
  readonly authenticate: Authenticate;
  readonly admission: Pick<Admission, 'check' | 'enter' | 'leave'>;
  readonly soldOut: Pick<SoldOutFlags, 'isSoldOut'>;
  readonly isKnown: IsKnown;
  /** Undefined while no limit is configured: then nothing is spent on it. */
  readonly limitRate: RateLimiter | undefined;
  readonly takeOrder: TakeOrder;
  readonly sendProblem: SendProblem;
  readonly stats: Pick<RoleStats, 'count' | 'observe'>;
}

/** Codes that are only answered after Redis knew the product: with them the product's id may become a label. */
const TELLS_OF_PRODUCT: ReadonlySet<string> = new Set([
  'NO_PRICE',
  'SOLD_OUT',
  'NOT_OPEN_YET',
  'SALE_PAUSED',
  'SALE_CLOSED',
  'QUANTITY_LIMIT',
  'CUSTOMER_LIMIT',
  'RESERVATION_ENDED',
  'KEY_REUSED',
  'REBUILDING',
]);

/** True for the one request that this folder answers. */
export function isPlaceOrder(request: IncomingMessage): boolean {
  if (request.method !== 'POST') return false;
  const url = request.url ?? '';
  return url === '/orders' || url.startsWith('/orders?') || url === '/orders/';
}

/** Answers always, except to a caller who has hung up. Never throws. */
export function createAcceptHandler(
  deps: AcceptDeps,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { stats } = deps;

  return async function acceptOrder(request, response) {
    const startedAt = performance.now();
    let productId: string | undefined;
    try {
      deps.admission.check();
      const userId = await deps.authenticate(request);
      assertJson(request.headers['content-type']);
      const key = parseIdempotencyKey(request.headers['idempotency-key']);
      const wanted = parseOrderRequest(await readBody(request, MAX_BODY_BYTES));
      productId = wanted.productId;
      const isSoldOut = deps.soldOut.isSoldOut(wanted.productId, wanted.quantity);
      // I5: whoever sends a key may have an order already; only Redis knows.
      if (isSoldOut && key === undefined) throw soldOut();
      const reservationId =
        key === undefined ? freshReservationId() : keyedReservationId(deps.prefix, userId, key);
      const taken = await inPlace(async () => {
        if (isSoldOut && !(await deps.isKnown(wanted.productId, reservationId))) throw soldOut();
        await deps.limitRate?.(request, response, userId);
        if (request.socket.destroyed) throw new CallerGone('the caller hung up');
        const { productId, quantity } = wanted;
        return deps.takeOrder({ reservationId, productId, userId, quantity, bodyHash: bodyHashOf(wanted) });
      });
      answer(response, taken);
      stats.count(taken.repeated ? 'repeated' : 'accepted', productId);
      stats.observe('accept', performance.now() - startedAt, productId);
    } catch (thrown) {
      if (thrown instanceof CallerGone) return;
      const error = deps.sendProblem(request, response, thrown);
      countRefusal(error, productId);
    }
  };

  /** A caller who hangs up after the hold was taken changes nothing: what was begun is finished (I8). */
  async function inPlace(take: () => Promise<TakenOrder>): Promise<TakenOrder> {
    deps.admission.enter();
    try {
      return await take();
    } finally {
      deps.admission.leave();
    }
  }

  function countRefusal(error: AppError, productId: string | undefined): void {
    stats.count(error.code, TELLS_OF_PRODUCT.has(error.code) ? productId : undefined);
  }
}

/** Name, value, name, value: the form that node:http writes out as it is. */
const FIXED_HEADERS = Object.entries({
  ...SECURITY_HEADERS,
  'Content-Type': 'application/json; charset=utf-8',
}).flat();

function soldOut(): AppError {
  return refuse('SOLD_OUT', 'The product is sold out.');
}

/** I4: only reached after the order's row was committed. */
function answer(response: ServerResponse, { order }: TakenOrder): void {
  const { orderId, status, productId, quantity, unitPrice, amount } = order;
  const accepted: AcceptedOrderJson = { orderId, status, productId, quantity, unitPrice, amount };
  const body = JSON.stringify(accepted);
  response.writeHead(202, [
    ...FIXED_HEADERS,
    'Content-Length',
    String(Buffer.byteLength(body)),
    'Location',
    `/orders/${orderId}`,
  ]);
  response.end(body);
}
