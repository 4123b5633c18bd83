/** One order as a buyer places it: asked for until there is a yes or a no, and read at once. */
import { setTimeout as delay } from 'node:timers/promises';
import { pause } from '../../core/back-off.js';
import type { Answer, ApiClient } from './http-client.js';
import { HUNG_UP, NEVER_SENT } from './http-client.js';
import type { Identify } from './identify.js';

export type Purchase =
  | {
      readonly kind: 'accepted';
      readonly orderId: string;
      readonly quantity: number;
      /** Whether it could be read right after its 202; null when no answer came. */
      readonly readable: boolean | null;
      /** Of the request that was accepted, from the moment it was due. */
      readonly acceptMs: number;
    }
  /** @see ERROR_CODES */
  | { readonly kind: 'refused'; readonly code: string }
  /** Patience or safety ended it. `waited`: the same was asked again and again, in vain. */
  | { readonly kind: 'unanswered'; readonly reason: string; readonly waited: boolean }
  /** The buyer did not wait for the answer. */
  | { readonly kind: 'hung-up' };

export interface Placed {
  readonly purchase: Purchase;
  readonly requests: number;
  /** Of the first request, from the moment it was due; null when its answer was lost. */
  readonly firstAnswerMs: number | null;
  /** There may be an order that the buyer does not know of. */
  readonly unaware: boolean;
}

export interface PlaceParts {
  readonly client: ApiClient;
  readonly identify: Identify;
  /** The sale is over: nobody waits any longer. */
  readonly signal: AbortSignal;
}

export interface Wanted {
  readonly userId: string;
  readonly idempotencyKey: string | null;
  readonly productId: string;
  readonly quantity: number;
  /** performance.now() at which the buyer was to ask: late sending counts as waiting. */
  readonly dueAt: number;
  readonly hangUpAfterMs?: number;
}

/** Longer than a role needs to be started again. */
const PATIENCE_MS = 20_000;
/** Nobody has heard of it: nothing can have been taken. */
const UNHEARD: readonly string[] = ['ECONNREFUSED', NEVER_SENT];
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Never rejects. */
export async function placeOrder(parts: PlaceParts, wanted: Wanted): Promise<Placed> {
  const { client, identify, signal } = parts;
  const { userId, idempotencyKey, productId, quantity, dueAt, hangUpAfterMs } = wanted;
  const caller = identify(userId);
  const deadline = performance.now() + PATIENCE_MS;
  let firstAnswerMs: number | null = null;
  let unaware = false;
  for (let attempt = 0; ; attempt += 1) {
    const startedAt = attempt === 0 ? dueAt : performance.now();
    const answer = await client.send({
      ...{ method: 'POST', path: '/orders', caller, idempotencyKey, body: { productId, quantity } },
      ...(attempt === 0 && hangUpAfterMs !== undefined && { hangUpAfterMs }),
    });
    const elapsedMs = performance.now() - startedAt;
    if (attempt === 0 && answer.kind === 'answered') firstAnswerMs = elapsedMs;
    unaware ||= isOpen(answer);
    const done = (purchase: Purchase): Placed => ({
      ...{ purchase, firstAnswerMs, requests: attempt + 1 },
      // A request without its answer may still be under way when a later one is refused. With a key the 202 is of the
      // same order; without one each request may have made its own.
      unaware: unaware && (idempotencyKey === null || purchase.kind !== 'accepted'),
    });
    if (answer.kind === 'answered' && answer.status === 202 && answer.body.orderId !== undefined) {
      const { orderId } = answer.body;
      const readable = await isReadable(parts, caller, orderId);
      return done({ kind: 'accepted', orderId, quantity, readable, acceptMs: elapsedMs });
    }
    if (answer.kind === 'lost' && answer.reason === HUNG_UP) return done({ kind: 'hung-up' });
    const isLate = performance.now() > deadline;
    if (isLate || signal.aborted || !mayTryAgain(answer, idempotencyKey))
      return done(toRefusal(answer, isLate));
    await pause(pauseBefore(attempt, answer), signal);
    if (signal.aborted) return done(toRefusal(answer, false));
  }
}

/** An answer by which the order may be there or not. */
function isOpen(answer: Answer): boolean {
  if (answer.kind === 'lost') return !UNHEARD.includes(answer.reason);
  return answer.status === 503 && answer.body.code === 'UNAVAILABLE';
}

/** A 503 took nothing that stays taken; after an answer was lost only the key makes a second request safe (I5). */
function mayTryAgain(answer: Answer, idempotencyKey: string | null): boolean {
  if (answer.kind === 'lost') return idempotencyKey !== null || UNHEARD.includes(answer.reason);
  return answer.status === 503 || answer.status === 429;
}

/** @param attempt from 0. @returns milliseconds: what was asked for, or more and more */
export function pauseBefore(attempt: number, answer: Answer): number {
  const asked = answer.kind === 'answered' ? (answer.retryAfterMs ?? 0) : 0;
  const own = FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random());
  // Not all at the same moment, though all were told the same.
  return Math.max(Math.min(LONGEST_PAUSE_MS, own), asked * (1 + Math.random() / 2));
}

function toRefusal(answer: Answer, waited: boolean): Purchase {
  if (answer.kind === 'lost') return { kind: 'unanswered', reason: answer.reason, waited };
  return { kind: 'refused', code: answer.body.code ?? `HTTP_${answer.status}` };
}

/** I4: the order is there the moment the 202 is. A lost read is asked again; any answer but 200 is a no. @returns null for none */
async function isReadable(
  { client }: PlaceParts,
  caller: Readonly<Record<string, string>>,
  orderId: string,
): Promise<boolean | null> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let attempt = 0; ; attempt += 1) {
    const answer = await client.send({ method: 'GET', path: `/orders/${orderId}`, caller });
    if (answer.kind === 'answered' && answer.status !== 503)
      return answer.status === 200 && answer.body.orderId === orderId;
    if (performance.now() > deadline) return null;
    // Also when the sale is over: an order that was answered for has to be there.
    await delay(pauseBefore(attempt, answer));
  }
}
