/** Which reservations have units claimed by their order: tells holds in flight from holds of orders. */
import { LIVE_STATUSES } from '../order.js';
import type { Db } from './db.js';
import { isUuid } from './is-uuid.js';

/** `live`: an order not yet final. `sold`: a confirmed one, not restocked. Both claim units. */
export type Claim = { readonly productId: string; readonly kind: 'live' | 'sold' };

/** @returns reservations without a claim are absent: no row yet, ended, refused or abandoned */
export async function findClaims(db: Db, reservationIds: readonly string[]): Promise<Map<string, Claim>> {
  const { rows } = await db.query<{ reservation_id: string; product_id: string; kind: Claim['kind'] }>({
    text: `select reservation_id, product_id, case when status = 'CONFIRMED' then 'sold' else 'live' end as kind
           from orders
           where reservation_id = any($1::uuid[])
             and (status = any($2::text[]) or (status = 'CONFIRMED' and restocked_at is null))`,
    values: [reservationIds.filter(isUuid), LIVE_STATUSES],
  });
  return new Map(rows.map((row) => [row.reservation_id, { productId: row.product_id, kind: row.kind }]));
}
