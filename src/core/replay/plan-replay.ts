/** Decides what a replay does with each order, from where the order stands. Pure: the plan is what --dry-run shows. */
import { findHop, type Hop, type OrderFacts } from '../triage/find-hop.js';

/**
 * requeue: hand the reservation over again through Kafka. start: start the saga directly, because Kafka's way
 * (REJECT_DUPLICATE) would answer "already started" for ever. wait: somebody will come to it. skip: nothing is stuck.
 */
export const REPLAY_ACTIONS = ['requeue', 'start', 'wait', 'skip'] as const;
export type ReplayAction = (typeof REPLAY_ACTIONS)[number];

export interface ReplayCandidate extends OrderFacts {
  readonly orderId: string;
  readonly ageSeconds: number;
}

export interface PlannedOrder {
  readonly orderId: string;
  readonly hop: Hop;
  readonly action: ReplayAction;
  /** Since the order was accepted, whole seconds. */
  readonly ageSeconds: number;
}

const ACTION_OF: Readonly<Record<Hop, ReplayAction>> = {
  'not-published': 'requeue',
  'not-started': 'requeue',
  'workflow-gone': 'start',
  queued: 'wait',
  'in-progress': 'wait',
  'waiting-for-payment': 'wait',
  overdue: 'wait',
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

/**
 * @param limit orders at most: first those a replay would touch, then those it would leave alone
 * @returns oldest first
 */
export function planReplay(candidates: readonly ReplayCandidate[], limit = Infinity): PlannedOrder[] {
  const planned = candidates.map((candidate) => {
    const hop = findHop(candidate);
    const ageSeconds = Math.floor(candidate.ageSeconds);
    return { orderId: candidate.orderId, hop, action: ACTION_OF[hop], ageSeconds };
  });
  const oldestFirst = (a: PlannedOrder, b: PlannedOrder) => b.ageSeconds - a.ageSeconds;
  planned.sort((a, b) => Number(isActionable(b)) - Number(isActionable(a)) || oldestFirst(a, b));
  return planned.slice(0, limit).sort(oldestFirst);
}

/** Those of a plan that a replay would touch. */
export function actionable(planned: readonly PlannedOrder[]): PlannedOrder[] {
  return planned.filter(isActionable);
}

function isActionable({ action }: PlannedOrder): boolean {
  return action === 'requeue' || action === 'start';
}
