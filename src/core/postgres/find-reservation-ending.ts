/** How a reservation ended that never became an order. */
import type { PROTOCOL_STATUSES } from '../order.js';
import type { Db } from './db.js';
import { isUuid } from './is-uuid.js';

/** @returns undefined for a reservation that has an order, and for one that is not known */
export async function findReservationEnding(
  db: Db,
  reservationId: string,
): Promise<(typeof PROTOCOL_STATUSES)[number] | undefined> {
  if (!isUuid(reservationId)) return undefined;
  const { rows } = await db.query<{ status: (typeof PROTOCOL_STATUSES)[number] }>({
    name: 'find_reservation_ending',
    text: `select status from orders where reservation_id = $1 and status in ('ABANDONED', 'REFUSED')`,
    values: [reservationId],
  });
  return rows[0]?.status;
}
