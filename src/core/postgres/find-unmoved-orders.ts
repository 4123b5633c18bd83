/** Live orders that a saga has begun and then nobody moved for a while, although they do not wait for the customer. */
import type { Db } from './db.js';
import {
  suspectsAmong,
  toSuspect,
  type SuspectCursor,
  type SuspectOrder,
  type SuspectRow,
} from './suspect-row.js';

/**
 * `halted`: at a status in which none rests. `waiting`: for a payment whose time is over, or that was made and is not
 * confirmed. Apart, because each is read along an index of its own.
 */
export type UnmovedKind = 'halted' | 'waiting';

export interface UnmovedFilter {
  readonly kind: UnmovedKind;
  /** How long nothing has happened, or the time to pay has been over. */
  readonly olderThanMs: number;
  readonly limit: number;
  /** Only these; all when undefined. */
  readonly productIds?: readonly string[] | undefined;
  readonly after?: SuspectCursor | null;
}

const SILENT = `o.updated_at <= now() - $1 * interval '1 millisecond'`;
const KINDS: Readonly<Record<UnmovedKind, { condition: string; since: string }>> = {
  halted: {
    condition: `o.status in ('INVENTORY_RESERVED', 'PAYMENT_CONFIRMED') and ${SILENT}`,
    since: 'o.created_at',
  },
  waiting: {
    condition: `o.status = 'PAYMENT_PENDING'
       and (o.pay_by <= now() - $1 * interval '1 millisecond' or (o.paid and ${SILENT}))`,
    since: 'o.pay_by',
  },
};

/** @returns by `since`, the earliest first */
export async function findUnmovedOrders(db: Db, filter: UnmovedFilter): Promise<SuspectOrder[]> {
  const values: unknown[] = [filter.olderThanMs, filter.limit];
  const use = (value: unknown) => `$${values.push(value)}`;
  const { after, productIds } = filter;
  const { condition, since } = KINDS[filter.kind];
  const { rows } = await db.query<SuspectRow>(
    `${suspectsAmong(`${condition}
       ${productIds ? `and o.product_id = any(${use(productIds)})` : ''}
       ${after ? `and (${since}, o.order_id) > (${use(after.since)}, ${use(after.orderId)}::uuid)` : ''}
       order by ${since}, o.order_id limit $2`)}
     order by since, o.order_id`,
    values,
  );
  return rows.map(toSuspect);
}
