/** What happened to the orders of a window, second by second: as few rows as there were busy seconds. */
import type { Db } from '../db.js';
import { toSafeInteger } from '../to-safe-integer.js';
import { IN_SCOPE, scopeValues, type OrderScope } from './scope.js';

export interface OrderSecond {
  readonly second: Date;
  readonly productId: string;
  readonly accepted: number;
  /** Units claimed, those that late payments claimed again included. */
  readonly claimedUnits: number;
  /** Units given back. */
  readonly releasedUnits: number;
  readonly confirmed: number;
  readonly confirmedUnits: number;
  /** What the units seeded changed by. */
  readonly seededUnits: number;
  readonly lastClaimAt: Date | null;
}

export interface OrderIdRange {
  readonly lowestId: string;
  readonly highestId: string;
}

interface Row {
  readonly second: Date;
  readonly product_id: string;
  readonly accepted: string;
  readonly claimed_units: string;
  readonly released_units: string;
  readonly confirmed: string;
  readonly confirmed_units: string;
  readonly seeded_units: string;
  readonly last_claim_at: Date | null;
}

const ROWS_AT_ONCE = 2_000;

/**
 * One pass over orders and their events, fetched some rows at a time, so memory does not grow with the sale.
 * Rows come by second, then product. Events are looked for between the given order ids alone.
 * @param db inside a transaction: it declares a cursor
 */
export async function walkOrderSeconds(
  db: Db,
  scope: OrderScope,
  { lowestId, highestId }: OrderIdRange,
  visit: (rows: readonly OrderSecond[]) => void,
): Promise<void> {
  // All of it is fetched: a plan that gives its first rows soon would be the wrong one.
  await db.query('set local cursor_tuple_fraction = 1');
  await db.query(`declare order_seconds no scroll cursor for ${SECONDS}`, [
    ...scopeValues(scope),
    lowestId,
    highestId,
  ]);
  for (;;) {
    const { rows } = await db.query<Row>(`fetch ${ROWS_AT_ONCE} from order_seconds`);
    if (rows.length > 0) visit(rows.map(toSecond));
    if (rows.length < ROWS_AT_ONCE) break;
  }
  await db.query('close order_seconds');
}

const SECONDS = `
  with changes as (
    select o.product_id, o.created_at as at, 1 as accepted, o.quantity as claimed, 0 as released, 0 as confirmed,
      0 as confirmed_units, 0 as seeded
    from orders o where ${IN_SCOPE}
    union all
    select o.product_id, e.occurred_at, 0,
      case when e.type = 'PAYMENT_CONFIRMED' then o.quantity else 0 end,
      case when e.type in ('FAILED', 'CANCELLED', 'EXPIRED') then o.quantity else 0 end,
      case when e.type = 'CONFIRMED' then 1 else 0 end,
      case when e.type = 'CONFIRMED' then o.quantity else 0 end, 0
    from orders o join order_events e on e.order_id = o.order_id
    where ${IN_SCOPE} and e.order_id between $4::uuid and $5::uuid
      and (e.type in ('CONFIRMED', 'FAILED', 'CANCELLED', 'EXPIRED')
        or (e.type = 'PAYMENT_CONFIRMED' and e.data ? 'generation'))
    union all
    select o.product_id, o.restocked_at, 0, 0, o.quantity, 0, 0, 0
    from orders o where ${IN_SCOPE} and o.restocked_at is not null
    union all
    select m.product_id, m.created_at, 0, 0, 0, 0, 0, m.delta
    from stock_movements m where m.product_id = any($1::text[]) and m.delta <> 0
  )
  select date_trunc('second', c.at) as second, c.product_id, sum(c.accepted) as accepted,
    sum(c.claimed) as claimed_units, sum(c.released) as released_units, sum(c.confirmed) as confirmed,
    sum(c.confirmed_units) as confirmed_units, sum(c.seeded) as seeded_units,
    max(c.at) filter (where c.claimed > 0) as last_claim_at
  from changes c group by 1, 2 order by 1, 2`;

function toSecond(row: Row): OrderSecond {
  return {
    second: row.second,
    productId: row.product_id,
    accepted: toSafeInteger(row.accepted),
    claimedUnits: toSafeInteger(row.claimed_units),
    releasedUnits: toSafeInteger(row.released_units),
    confirmed: toSafeInteger(row.confirmed),
    confirmedUnits: toSafeInteger(row.confirmed_units),
    seededUnits: toSafeInteger(row.seeded_units),
    lastClaimAt: row.last_claim_at,
  };
}
