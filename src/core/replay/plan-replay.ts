/** Decides what a replay does with an order, from where the order stands. Pure: the plan is what --dry-run shows. */
import type { SuspectOrder } from '../postgres/suspect-row.js';
import { findHop, type Hop, type OrderFacts } from '../triage/find-hop.js';

/**
 * requeue: hand the reservation over again through Kafka. start: start the saga directly, because Kafka's way
 * (REJECT_DUPLICATE) would answer "already started" for ever. conclude: confirm it when it is paid, else end it, as its
 * saga should have. quarantine: leave it to a person. wait: somebody will come to it. skip: it has ended.
 */
export type ReplayAction = 'requeue' | 'start' | 'conclude' | 'quarantine' | 'wait' | 'skip';

/** The hops that a replay mends. */
export type ReplayHop = 'not-published' | 'not-started' | 'workflow-gone' | 'overdue';

export type ReplayCandidate = OrderFacts & SuspectOrder;

export interface PlannedOrder {
  readonly orderId: string;
  readonly hop: Hop;
  readonly action: ReplayAction;
  /** Why it is left alone; null when it is not. */
  readonly reason: string | null;
  /** Since the order was accepted, whole seconds. */
  readonly ageSeconds: number;
  readonly paid: boolean;
  readonly replayCount: number;
}

/** An order that was handed over this often in vain will not be begun the next time either. */
export const MAX_REPLAYS = 5;

const ACTION_OF: Readonly<Record<Hop, ReplayAction>> = {
  'not-published': 'requeue',
  'not-started': 'requeue',
  'workflow-gone': 'start',
  overdue: 'conclude',
  queued: 'wait',
  'in-progress': 'wait',
  'waiting-for-payment': 'wait',
  unknown: 'wait',
  'not-begun': 'wait',
  'step-failing': 'wait',
  'payment-unasked': 'wait',
  'paid-not-confirmed': 'wait',
  'hold-missing': 'wait',
  'not-loaded': 'wait',
  'counter-off': 'wait',
  'needs-review': 'wait',
  // Final orders are never replayed: what is left of them is the sweep's.
  'payment-late': 'skip',
  'refund-due': 'skip',
  'hold-not-released': 'skip',
  done: 'skip',
};

/** @param options.evenIfQuarantined hands it over however often that was done before */
export function planOrder(
  candidate: ReplayCandidate,
  options: { readonly evenIfQuarantined?: boolean } = {},
): PlannedOrder {
  const { orderId, paid, replayCount } = candidate;
  const hop = findHop(candidate);
  const wanted = ACTION_OF[hop];
  const handsOver = wanted === 'requeue' || wanted === 'start';
  const wornOut = handsOver && replayCount >= MAX_REPLAYS && options.evenIfQuarantined !== true;
  const action = wornOut ? 'quarantine' : wanted;
  const ageSeconds = Math.floor(candidate.ageSeconds);
  return { orderId, hop, action, reason: reasonFor(candidate, hop, action), ageSeconds, paid, replayCount };
}

/** A replay changes the order, or hands it to somebody who does. */
export function isActionable({ action }: PlannedOrder): boolean {
  return action === 'requeue' || action === 'start' || action === 'conclude';
}

function reasonFor(candidate: ReplayCandidate, hop: Hop, action: ReplayAction): string | null {
  if (action === 'quarantine') return `handed over ${candidate.replayCount} times in vain`;
  switch (hop) {
    case 'queued':
      return 'waits in Kafka: consume has not come to it';
    case 'in-progress':
      return 'its workflow is at work';
    case 'waiting-for-payment':
      return 'its time to pay is not over';
    case 'unknown':
      return 'not enough is known: a store could not be asked';
    case 'hold-not-released':
    case 'done':
      return `has ended as ${candidate.status}`;
    default:
      return null;
  }
}
