/** Which orders an operator means: the conditions that lists and counts share. */
import { FINAL_STATUSES, LIVE_STATUSES, type OrderStatus, type ReleasedStatus } from '../order.js';
import { VISIBLE } from './order-row.js';

/** Few orders among many, each kind found along an index of its own. */
export const ORDER_KINDS = [
  'unpublished',
  'pending',
  'begun',
  'live',
  'final',
  'unfinished',
  'late-payment',
  'refund-due',
  'review',
] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];

export interface OrderFilter {
  readonly statuses?: readonly OrderStatus[];
  readonly productIds?: readonly string[];
  readonly userId?: string;
  /** Accepted at least this long ago. */
  readonly olderThanMs?: number;
  /** Accepted at most this long ago. */
  readonly sinceMs?: number;
  /** Accepted at this moment or before it. */
  readonly createdUntil?: Date;
  /** Accepted at this moment or after it. */
  readonly createdSince?: Date;
  /** Only orders whose sale was not called off yet: `money` to give back, or also `units`. */
  readonly refundable?: 'money' | 'units';
  readonly paid?: true;
  readonly refundDue?: true;
  readonly review?: true;
}

const listed = (statuses: readonly string[]) => statuses.map((status) => `'${status}'`).join(', ');
// Said in the words of the partial indexes, or the planner cannot know that they serve.
const LIVE = `o.status in (${listed(LIVE_STATUSES)})`;
/** Ended, and rarely enough to have an index. */
const RELEASED: readonly ReleasedStatus[] = ['FAILED', 'CANCELLED', 'EXPIRED'];
const FINAL = `o.status in (${listed(FINAL_STATUSES)})`;

export const KIND_CONDITIONS: Readonly<Record<OrderKind, string>> = {
  unpublished: `${LIVE} and o.status = 'PENDING' and exists (
    select from order_events e
    where e.order_id = o.order_id and e.version = 1 and e.published_at is null and e.topics <> '{}')`,
  pending: `${LIVE} and o.status = 'PENDING'`,
  begun: `${LIVE} and o.status <> 'PENDING'`,
  live: LIVE,
  final: FINAL,
  unfinished: `not o.hold_done and ${FINAL}`,
  'late-payment': `o.status = 'EXPIRED' and not o.paid and not o.refund_due and exists (
    select from payments l where l.order_id = o.order_id and l.status = 'LATE')`,
  'refund-due': 'o.refund_due',
  review: 'o.review_reason is not null',
};

/** All but the products. @param use adds a value, and gives its `$n` */
export function conditionsOf(filter: OrderFilter, use: (value: unknown) => string): string[] {
  const conditions = [`o.${VISIBLE}`];
  // Of one status an index is read in its order; of several the server would have to sort.
  const [first, ...others] = filter.statuses ?? [];
  if (first !== undefined && others.length === 0) conditions.push(`o.status = ${use(first)}`);
  else if (filter.statuses) conditions.push(`o.status = any(${use(filter.statuses)})`);
  if (isLiveOnly(filter)) conditions.push(LIVE);
  if (isOnly(filter, RELEASED)) conditions.push(`o.status in (${listed(RELEASED)})`);
  if (filter.userId !== undefined) conditions.push(`o.user_id = ${use(filter.userId)}`);
  if (filter.olderThanMs !== undefined)
    conditions.push(`o.created_at <= now() - ${use(filter.olderThanMs)} * interval '1 millisecond'`);
  if (filter.sinceMs !== undefined)
    conditions.push(`o.created_at >= now() - ${use(filter.sinceMs)} * interval '1 millisecond'`);
  if (filter.createdUntil) conditions.push(`o.created_at <= ${use(filter.createdUntil)}`);
  if (filter.createdSince) conditions.push(`o.created_at >= ${use(filter.createdSince)}`);
  if (filter.refundable === 'money') conditions.push('o.refund_requested_at is null');
  if (filter.refundable === 'units')
    conditions.push('(o.refund_requested_at is null or o.restocked_at is null)');
  if (filter.paid) conditions.push('o.paid');
  if (filter.refundDue) conditions.push(KIND_CONDITIONS['refund-due']);
  if (filter.review) conditions.push(KIND_CONDITIONS.review);
  return conditions;
}

/** Live orders are few, and have an index. */
export function isLiveOnly(filter: OrderFilter): boolean {
  return isOnly(filter, LIVE_STATUSES);
}

function isOnly({ statuses }: OrderFilter, these: readonly OrderStatus[]): boolean {
  return statuses !== undefined && statuses.length > 0 && statuses.every((status) => these.includes(status));
}
