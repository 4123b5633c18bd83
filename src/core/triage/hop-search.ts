/** Where orders of each hop are looked for, and which stores must be asked to tell them from others. */
import type { StoreName } from '../partial-answer.js';
import type { OrderKind } from '../postgres/order-filter.js';
import type { Hop } from './find-hop.js';

export type AskedStore = Exclude<StoreName, 'postgres'>;

export interface HopSearch {
  readonly kinds: readonly OrderKind[];
  readonly stores: ReadonlySet<AskedStore>;
}

const SEARCHES: Readonly<Record<Hop, readonly [readonly OrderKind[], readonly AskedStore[]]>> = {
  'not-published': [['unpublished'], []],
  queued: [['pending'], ['kafka']],
  'not-started': [['pending'], ['kafka', 'temporal']],
  'workflow-gone': [['live'], ['kafka', 'temporal']],
  'not-begun': [['pending'], ['kafka', 'temporal']],
  'in-progress': [['live'], ['kafka', 'temporal']],
  'step-failing': [['live'], ['kafka', 'temporal']],
  'waiting-for-payment': [['begun'], ['temporal']],
  'payment-unasked': [['begun'], ['temporal']],
  'paid-not-confirmed': [['begun'], ['temporal']],
  overdue: [['begun'], ['temporal']],
  'payment-late': [['late-payment'], []],
  'refund-due': [['refund-due'], []],
  'needs-review': [['review'], []],
  'hold-missing': [['live', 'unfinished'], ['redis']],
  'hold-not-released': [['unfinished'], ['redis']],
  'not-loaded': [['live', 'unfinished'], ['redis']],
  'counter-off': [['live'], ['redis']],
  done: [['final'], ['redis']],
  unknown: [['live'], ['kafka', 'temporal']],
};

export function searchFor(hops: Iterable<Hop>): HopSearch {
  const kinds = new Set<OrderKind>();
  const stores = new Set<AskedStore>();
  for (const hop of hops) {
    const [ofHop, asked] = SEARCHES[hop];
    for (const kind of ofHop) kinds.add(kind);
    for (const store of asked) stores.add(store);
  }
  return { kinds: withoutParts(kinds), stores };
}

/** What is a part of another kind is found with it. */
function withoutParts(kinds: ReadonlySet<OrderKind>): OrderKind[] {
  const parts = new Set<OrderKind>([
    ...(kinds.has('live') ? (['unpublished', 'pending', 'begun'] as const) : []),
    ...(kinds.has('pending') ? (['unpublished'] as const) : []),
    ...(kinds.has('final') ? (['unfinished', 'late-payment'] as const) : []),
  ]);
  return [...kinds].filter((kind) => !parts.has(kind));
}
