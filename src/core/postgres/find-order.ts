/** One order by its id or by its reservation. */
import type { Order } from '../order.js';
import type { Db } from './db.js';
import { isUuid } from './is-uuid.js';
import { orderColumns, toOrder, VISIBLE, type OrderRow } from './order-row.js';

/** @returns undefined for an id that names no order; ABANDONED and REFUSED rows are not orders */
export function findOrder(db: Db, orderId: string): Promise<Order | undefined> {
  return findOne(db, 'order_id', orderId);
}

/** @returns undefined also while the reservation has no order yet, and when it ended without one */
export function findOrderByReservation(db: Db, reservationId: string): Promise<Order | undefined> {
  return findOne(db, 'reservation_id', reservationId);
}

async function findOne(
  db: Db,
  column: 'order_id' | 'reservation_id',
  id: string,
): Promise<Order | undefined> {
  if (!isUuid(id)) return undefined;
  const { rows } = await db.query<OrderRow>({
    name: `find_order_by_${column}`,
    text: `select ${orderColumns('o')} from orders o where o.${column} = $1 and o.${VISIBLE}`,
    values: [id],
  });
  return rows[0] && toOrder(rows[0]);
}
