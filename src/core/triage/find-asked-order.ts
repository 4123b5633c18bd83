/** Finds the order that an operator means, by whatever they have of it. */
import { AppError } from '../errors.js';
import type { Order } from '../order.js';
import type { Db } from '../postgres/db.js';
import { findOrder, findOrderByReservation } from '../postgres/find-order.js';
import { findPaymentOrders } from '../postgres/find-payment-orders.js';
import { findReservationEnding } from '../postgres/find-reservation-ending.js';
import { isUuid } from '../postgres/is-uuid.js';
import { listUserOrders } from '../postgres/list-user-orders.js';

/** What the order was found by. */
export const FOUND_BY = ['order', 'workflow', 'reservation', 'payment', 'user'] as const;
export type FoundBy = (typeof FOUND_BY)[number];

export type AskedOrder =
  | { readonly kind: 'any'; readonly text: string }
  /** The latest order of this customer. */
  | { readonly kind: 'user'; readonly userId: string };

export interface FoundOrder {
  readonly order: Order;
  readonly foundBy: FoundBy;
}

const WORKFLOW = /^order-(?=[0-9a-f]{8}-)/i;
const HINT = 'ordersctl list shows the orders there are; --user U takes the latest of a customer';

/** The order id that is meant, when it can be told without asking anybody. */
export function orderIdIn(asked: AskedOrder): string | null {
  if (asked.kind === 'user') return null;
  const id = asked.text.trim().replace(WORKFLOW, '').toLowerCase();
  return isUuid(id) ? id : null;
}

/** @throws AppError ORDER_NOT_FOUND; INPUT_INVALID for a payment reference that several gateways have used */
export async function findAskedOrder(db: Db, asked: AskedOrder): Promise<FoundOrder> {
  if (asked.kind === 'user') {
    const [order] = await listUserOrders(db, { userId: asked.userId, limit: 1 });
    if (!order)
      throw new AppError('ORDER_NOT_FOUND', `customer ${asked.userId} has no order`, { hint: HINT });
    return { order, foundBy: 'user' };
  }
  const text = asked.text.trim();
  const id = orderIdIn(asked);
  if (id === null) return byPayment(db, text);
  const order = await findOrder(db, id);
  if (order) return { order, foundBy: WORKFLOW.test(text) ? 'workflow' : 'order' };
  const reserved = await findOrderByReservation(db, id);
  if (reserved) return { order: reserved, foundBy: 'reservation' };
  const ending = await findReservationEnding(db, id);
  if (ending) {
    throw new AppError('ORDER_NOT_FOUND', `reservation ${id} ended without an order (${ending})`, {
      hint:
        ending === 'REFUSED'
          ? 'PostgreSQL had no units left for it'
          : 'Nobody came back for its hold in time',
    });
  }
  return byPayment(db, text);
}

async function byPayment(db: Db, reference: string): Promise<FoundOrder> {
  const [orderId, ...others] = await findPaymentOrders(db, reference);
  if (others.length > 0) {
    throw new AppError('INPUT_INVALID', `${reference} is a payment of several orders`, {
      hint: `Give the id of one: ${[orderId, ...others].join(', ')}`,
    });
  }
  const order = orderId === undefined ? undefined : await findOrder(db, orderId);
  if (!order) {
    throw new AppError(
      'ORDER_NOT_FOUND',
      `${JSON.stringify(reference)} names no order, reservation or payment`,
      { hint: HINT },
    );
  }
  return { order, foundBy: 'payment' };
}
