/** What has become of reservations by their rows: tells holds of orders from holds in flight and leaked ones. */
import { LIVE_STATUSES } from '../order.js';
import type { Db } from './db.js';
import { isUuid } from './is-uuid.js';

/**
 * `live`: an order not yet final. `sold`: a confirmed one whose hold is still to be settled. Both have their units in a
 * hold. `ended`: its hold is over: ended, refused, abandoned, restocked, or sold and settled.
 */
export interface Claim {
  readonly productId: string;
  readonly bodyHash: string;
  readonly kind: 'live' | 'sold' | 'ended';
  /** Since the row last changed, by Postgres's clock. */
  readonly quietMs: number;
}

interface Row {
  readonly reservation_id: string;
  readonly product_id: string;
  readonly body_hash: string;
  readonly kind: Claim['kind'];
  readonly quiet_ms: number;
}

/** @returns by reservation id; reservations without a row are absent */
export async function findClaims(db: Db, reservationIds: readonly string[]): Promise<Map<string, Claim>> {
  const { rows } = await db.query<Row>({
    text: `select reservation_id, product_id, body_hash,
             case
               when status = any($2::text[]) then 'live'
               when status = 'CONFIRMED' and restocked_at is null and not hold_done then 'sold'
               else 'ended'
             end as kind,
             (extract(epoch from now() - updated_at) * 1000)::float8 as quiet_ms
           from orders
           where reservation_id = any($1::uuid[])`,
    values: [reservationIds.filter(isUuid), LIVE_STATUSES],
  });
  return new Map(
    rows.map((row) => [
      row.reservation_id,
      { productId: row.product_id, bodyHash: row.body_hash, kind: row.kind, quietMs: row.quiet_ms },
    ]),
  );
}
