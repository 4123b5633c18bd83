/** The options of `list`, and what they come to. */
import { AppError } from '../../core/errors.js';
import { ORDER_STATUSES, type OrderStatus } from '../../core/order.js';
import type { OrderFilter } from '../../core/postgres/order-filter.js';
import { HOPS, NEEDS_SOMEBODY, type Hop } from '../../core/triage/hops.js';

/** `age` is `created` the other way round: what has waited longest comes first. */
export const SORTS = ['created', 'age', 'updated', 'amount'] as const;
export type SortName = (typeof SORTS)[number];

/** All hops that need somebody. */
const STUCK = 'stuck';
/** What is younger is most likely on its way. */
export const STUCK_AFTER_MS = 60_000;
const DEFAULT_ROWS = 50;

export interface ListOptions {
  readonly status?: readonly OrderStatus[];
  readonly product?: readonly string[];
  readonly user?: string;
  readonly hop?: readonly Hop[];
  /** Milliseconds. */
  readonly olderThan?: number;
  /** Milliseconds. */
  readonly since?: number;
  readonly paid?: true;
  readonly refundDue?: true;
  readonly review?: true;
  readonly sort: SortName;
  readonly reverse?: true;
  readonly limit?: number;
  /** Order id, for `updated` with the time of its change: `ORDER@TIME`. */
  readonly after?: string;
  readonly summary?: true;
  readonly ndjson?: true;
  readonly watch?: true;
  /** Milliseconds. */
  readonly interval: number;
  readonly failIfAny?: true;
}

export interface ListPlan {
  readonly filter: OrderFilter;
  /** Null when nobody asked where the orders stand: then only Postgres is. */
  readonly wanted: ReadonlySet<Hop> | null;
  readonly sort: 'created' | 'updated' | 'amount';
  readonly ascending: boolean;
  readonly limit: number;
}

export function toPlan(options: ListOptions): ListPlan {
  const hops = options.hop;
  const isStuck = hops !== undefined && [...NEEDS_SOMEBODY].every((hop) => hops.includes(hop));
  const ascending = (options.sort === 'age') !== (options.reverse === true);
  return {
    filter: {
      statuses: options.status,
      productIds: options.product,
      userId: options.user,
      olderThanMs: options.olderThan ?? (isStuck ? STUCK_AFTER_MS : undefined),
      sinceMs: options.since,
      paid: options.paid,
      refundDue: options.refundDue,
      review: options.review,
    },
    wanted: hops ? new Set(hops) : null,
    sort: options.sort === 'age' ? 'created' : options.sort,
    ascending,
    limit: options.limit ?? (options.ndjson ? Infinity : DEFAULT_ROWS),
  };
}

/** @throws AppError USAGE */
export function parseStatuses(text: string, earlier: readonly OrderStatus[] = []): OrderStatus[] {
  return [...earlier, ...oneOfEach(text.toUpperCase().replaceAll('-', '_'), ORDER_STATUSES, 'status')];
}

/** @throws AppError USAGE */
export function parseHops(text: string, earlier: readonly Hop[] = []): Hop[] {
  const found = oneOfEach(text.toLowerCase().replaceAll('_', '-'), [...HOPS, STUCK] as const, 'hop');
  return [...earlier, ...found.flatMap((hop) => (hop === STUCK ? [...NEEDS_SOMEBODY] : [hop]))];
}

function oneOfEach<T extends string>(text: string, known: readonly T[], what: string): T[] {
  return text.split(',').map((part) => {
    const found = known.find((candidate) => candidate === part.trim());
    if (found !== undefined) return found;
    throw new AppError('USAGE', `"${part.trim()}" is not a ${what}`, { hint: `One of ${known.join(', ')}` });
  });
}
