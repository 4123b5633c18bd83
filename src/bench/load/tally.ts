/** What the buyers of a sale experienced, added up. */
import type { Buyer } from './buyers-plan.js';
import type { Shopping } from './buy.js';
import { createLatency, type Latency } from './latency.js';

export interface AcceptedOrder {
  readonly orderId: string;
  readonly userId: string;
  readonly productId: string;
  readonly quantity: number;
}

export interface Tally {
  /** Done, whatever came of it. */
  buyers: number;
  requests: number;
  readonly accepted: AcceptedOrder[];
  /** Buyers by the code they were refused with. */
  readonly refused: Record<string, number>;
  /** Lost answers that could not be asked for again, by reason. */
  readonly unanswered: Record<string, number>;
  /** Orders that were not readable right after their 202. */
  readonly unreadable: string[];
  /** Requests repeated with the same key after which both had an answer of 202. */
  readonly repeats: { same: number; different: number };
  /** From the moment a buyer was due to the 202. */
  readonly accept: Latency;
}

export function createTally(): Tally {
  return {
    buyers: 0,
    requests: 0,
    accepted: [],
    refused: {},
    unanswered: {},
    unreadable: [],
    repeats: { same: 0, different: 0 },
    accept: createLatency(),
  };
}

export function addToTally(tally: Tally, buyer: Buyer, { purchase, repeated, requests }: Shopping): void {
  tally.buyers += 1;
  tally.requests += requests;
  if (repeated === 'same' || repeated === 'different') tally.repeats[repeated] += 1;
  switch (purchase.kind) {
    case 'accepted': {
      const { userId, productId, quantity } = buyer;
      tally.accepted.push({ orderId: purchase.orderId, userId, productId, quantity });
      tally.accept.record(purchase.acceptMs);
      if (!purchase.readable) tally.unreadable.push(purchase.orderId);
      return;
    }
    case 'refused':
      tally.refused[purchase.code] = (tally.refused[purchase.code] ?? 0) + 1;
      return;
    case 'unanswered':
      tally.unanswered[purchase.reason] = (tally.unanswered[purchase.reason] ?? 0) + 1;
  }
}

/** All of a breakdown by code or reason. */
export function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
