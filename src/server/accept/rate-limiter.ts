/** Refuses callers who send more than they may, before anything is held for them (I14). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppError } from '../../core/errors.js';
import type { Rate } from '../../core/rate.js';
import type { Caller, RateAnswer, RateLimits, TakeRate } from '../../core/redis/rate-limit.js';
import { refuse } from '../../core/refusal.js';
import type { AddressOf } from '../http/caller-address.js';

/** Callers whose wait is remembered; beyond it the one that has been known longest asks Redis again. */
const MAX_REMEMBERED = 10_000;

export interface RateLimiter {
  /**
   * Asks Redis once, before `reserve` and not with it: a request that is limited must not hold anything. Sets the
   * headers RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-11) on the response.
   * @throws AppError RATE_LIMITED; UNAVAILABLE when Redis does not answer, as no order could be held then either
   */
  (request: IncomingMessage, response: ServerResponse, userId: string): Promise<void>;
}

export function createRateLimiter(options: {
  limits: RateLimits;
  take: TakeRate;
  addressOf: AddressOf;
  maxRemembered?: number;
}): RateLimiter {
  const { limits, maxRemembered = MAX_REMEMBERED } = options;
  const policies = [policyOf('customer', limits.customer), policyOf('address', limits.address)];
  const policy = policies.filter((each) => each !== '').join(', ');
  /** A spent share is whole again no earlier than Redis said: until then the answer is known without asking. */
  const spentUntil = new Map<string, number>();

  function remember(name: string, waitMs: number): void {
    if (waitMs === 0) return;
    spentUntil.delete(name);
    spentUntil.set(name, performance.now() + waitMs);
    if (spentUntil.size <= maxRemembered) return;
    const oldest = spentUntil.keys().next();
    if (!oldest.done) spentUntil.delete(oldest.value);
  }

  function waitOf(name: string): number {
    const until = spentUntil.get(name);
    if (until === undefined) return 0;
    const waitMs = until - performance.now();
    if (waitMs <= 0) spentUntil.delete(name);
    return Math.max(0, waitMs);
  }

  async function ask(caller: Caller): Promise<RateAnswer> {
    const names = { customer: `customer ${caller.userId}`, address: `address ${caller.address}` };
    const customerWaitMs = waitOf(names.customer);
    const addressWaitMs = waitOf(names.address);
    if (customerWaitMs > 0 || addressWaitMs > 0) return { kind: 'limited', customerWaitMs, addressWaitMs };
    const answer = await options.take(caller);
    if (answer.kind === 'limited') {
      remember(names.customer, answer.customerWaitMs);
      remember(names.address, answer.addressWaitMs);
    }
    return answer;
  }

  return async (request, response, userId) => {
    const answer = await ask({ userId, address: options.addressOf(request) });
    response.setHeader('RateLimit-Policy', policy);
    response.setHeader('RateLimit', describe(answer));
    if (answer.kind === 'limited') throw limited(Math.max(answer.customerWaitMs, answer.addressWaitMs));
  };
}

function limited(waitMs: number): AppError {
  return refuse('RATE_LIMITED', 'You send orders faster than you may.', {
    retryAfterSeconds: waitMs / 1_000,
  });
}

function policyOf(name: string, rate: Rate | undefined): string {
  return rate ? `"${name}";q=${rate.quota};w=${rate.windowSeconds}` : '';
}

/** `r`: requests left; `t`: seconds until there are more, for a spent share, or until all are there again. */
function describe(answer: RateAnswer): string {
  const items: string[] = [];
  const add = (name: string, remaining: number, ms: number) =>
    items.push(`"${name}";r=${remaining};t=${Math.ceil(ms / 1_000)}`);
  if (answer.kind === 'limited') {
    if (answer.customerWaitMs > 0) add('customer', 0, answer.customerWaitMs);
    if (answer.addressWaitMs > 0) add('address', 0, answer.addressWaitMs);
  } else {
    if (answer.customer) add('customer', answer.customer.remaining, answer.customer.wholeInMs);
    if (answer.address) add('address', answer.address.remaining, answer.address.wholeInMs);
  }
  return items.join(', ');
}
