/** The payments of one order, first attempt first. */
import type { Db } from './db.js';
import { isUuid } from './is-uuid.js';
import { PAYMENT_COLUMNS, toPayment, type Payment, type PaymentRow } from './payment-row.js';

export type { Payment, PaymentStatus } from './payment-row.js';

export async function findPayments(db: Db, orderId: string): Promise<Payment[]> {
  if (!isUuid(orderId)) return [];
  const { rows } = await db.query<PaymentRow>({
    name: 'find_payments',
    text: `select ${PAYMENT_COLUMNS} from payments where order_id = $1 order by attempt`,
    values: [orderId],
  });
  return rows.map(toPayment);
}
