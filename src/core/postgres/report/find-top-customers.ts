/** The customers with the most units, by name: personal data, so only where it was asked for. */
import type { Db } from '../db.js';
import { toSafeInteger } from '../to-safe-integer.js';
import { IN_SCOPE, scopeValues, type OrderScope } from './scope.js';

export interface TopCustomer {
  readonly userId: string;
  readonly orders: number;
  /** Held or bought. */
  readonly units: number;
}

interface Row {
  readonly user_id: string;
  readonly orders: string;
  readonly units: string;
}

/** @returns over all products of the scope, the one with the most units first */
export async function findTopCustomers(db: Db, scope: OrderScope, limit: number): Promise<TopCustomer[]> {
  const { rows } = await db.query<Row>(
    `select o.user_id, count(*) as orders, sum(o.quantity) as units from orders o
     where ${IN_SCOPE} and o.status not in ('FAILED', 'CANCELLED', 'EXPIRED') and o.restocked_at is null
     group by o.user_id order by units desc, o.user_id limit $4`,
    [...scopeValues(scope), limit],
  );
  return rows.map((row) => ({
    userId: row.user_id,
    orders: toSafeInteger(row.orders),
    units: toSafeInteger(row.units),
  }));
}
