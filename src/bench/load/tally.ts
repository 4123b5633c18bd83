/** What the buyers of a sale experienced, added up: its size follows the orders there are, not the buyers who came. */
import { TRICKS, type Buyer, type Trick } from './crowd.js';
import type { Shopping } from './go-shopping.js';
import { NEVER_SENT } from './http-client.js';
import { createLatency, type Latency } from './latency.js';

export interface AcceptedOrder {
  readonly orderId: string;
  readonly userId: string;
  readonly productId: string;
  readonly quantity: number;
}

/** `untried`: there was no order to try it on, or no answer came. */
export interface TrickCount {
  turnedAway: number;
  succeeded: number;
  untried: number;
}

export interface Tally {
  /** Done with buying, whatever came of it. */
  buyers: number;
  requests: number;
  readonly accepted: AcceptedOrder[];
  /** Refusals by code. */
  readonly refused: Record<string, number>;
  /** Lost answers that could not be asked for again, by reason. */
  readonly unanswered: Record<string, number>;
  /** Who may have an order without knowing it: their answer was lost, or they did not wait for it. */
  readonly unaware: Set<string>;
  /** Who hung up and did not come back. */
  hungUp: number;
  /** Of them those who asked again and again until they gave up, of a shop that had their request. */
  waitedInVain: number;
  /** Orders that could be read right after their 202, and those that could not; of the others no answer came. */
  readAtOnce: number;
  readonly unreadable: string[];
  /** Requests repeated with the same key after which both had an answer of 202. */
  readonly repeats: { same: number; different: number };
  readonly tricks: Record<Trick, TrickCount>;
  /** What succeeded, in words; the first few. */
  readonly cheated: string[];
  /** Orders whose buyer paid by hand and in time, and those for which it was too late. */
  readonly paidByHand: string[];
  readonly paidTooLate: string[];
  /** From the moment a buyer was due to the 202. */
  readonly accept: Latency;
  /** From the moment a buyer was due to the first answer of any kind, 503 included. */
  readonly answer: Latency;
  /** From the moment a buyer was due to the sending: what this machine could not keep up with. */
  readonly lateness: Latency;
}

const CHEATED_KEPT = 10;

export function createTally(): Tally {
  return {
    buyers: 0,
    requests: 0,
    accepted: [],
    refused: {},
    unanswered: {},
    unaware: new Set(),
    hungUp: 0,
    waitedInVain: 0,
    readAtOnce: 0,
    unreadable: [],
    repeats: { same: 0, different: 0 },
    tricks: Object.fromEntries(
      TRICKS.map((trick) => [trick, { turnedAway: 0, succeeded: 0, untried: 0 }]),
    ) as Record<Trick, TrickCount>,
    cheated: [],
    paidByHand: [],
    paidTooLate: [],
    accept: createLatency(),
    answer: createLatency(),
    lateness: createLatency(),
  };
}

export function addToTally(tally: Tally, buyer: Buyer, shopping: Shopping): void {
  tally.buyers += 1;
  tally.requests += shopping.requests;
  const { repeated, trick } = shopping;
  if (repeated === 'same' || repeated === 'different') tally.repeats[repeated] += 1;
  if (shopping.firstAnswerMs !== null) tally.answer.record(shopping.firstAnswerMs);
  if (shopping.unaware) tally.unaware.add(buyer.userId);
  for (const purchase of shopping.purchases) {
    switch (purchase.kind) {
      case 'accepted': {
        const { orderId, quantity } = purchase;
        const { userId, productId } = buyer;
        tally.accepted.push({ orderId, userId, productId, quantity });
        tally.accept.record(purchase.acceptMs);
        if (purchase.readable === false) tally.unreadable.push(orderId);
        else if (purchase.readable) tally.readAtOnce += 1;
        break;
      }
      case 'refused':
        // A cheat who is refused is counted as turned away.
        if (!trick) tally.refused[purchase.code] = (tally.refused[purchase.code] ?? 0) + 1;
        break;
      case 'unanswered':
        tally.unanswered[purchase.reason] = (tally.unanswered[purchase.reason] ?? 0) + 1;
        if (purchase.waited && purchase.reason !== NEVER_SENT) tally.waitedInVain += 1;
        break;
      case 'hung-up':
        tally.hungUp += 1;
    }
  }
  if (!trick) return;
  const count = tally.tricks[trick.name];
  if (trick.outcome === 'succeeded') {
    count.succeeded += 1;
    if (tally.cheated.length < CHEATED_KEPT)
      tally.cheated.push(`${trick.name} of ${buyer.userId}: ${trick.seen}`);
  } else if (trick.outcome === 'untried') count.untried += 1;
  else count.turnedAway += 1;
}

/** All of a breakdown by code or reason. */
export function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
