/** Reads one page of orders and prints it. */
import { formatDuration } from '../../core/duration.js';
import { AppError } from '../../core/errors.js';
import { formatMoney } from '../../core/money.js';
import type { Order, OrderStatus } from '../../core/order.js';
import type { Db } from '../../core/postgres/db.js';
import { findOrder } from '../../core/postgres/find-order.js';
import { listOrders, type OrderCursor } from '../../core/postgres/list-orders.js';
import { checkSchema } from '../../core/postgres/check-schema.js';
import type { CliContext } from '../context.js';
import { colourOfStatus } from '../output/status-colour.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';
import { withStores } from '../with-stores.js';

export interface ListOptions {
  readonly status?: readonly OrderStatus[];
  readonly product?: string;
  readonly user?: string;
  /** Milliseconds. */
  readonly olderThan?: number;
  /** Milliseconds. */
  readonly since?: number;
  readonly limit: number;
  /** Order id. */
  readonly after?: string;
}

/** @throws AppError ORDER_NOT_FOUND for a cursor that names no order */
export async function runList(context: CliContext, options: ListOptions): Promise<void> {
  const config = await context.loadConfig();
  const orders = await withStores(context, config, async (stores) => {
    const db = await stores.postgres();
    await checkSchema(db);
    return listOrders(db, {
      statuses: options.status,
      productId: options.product,
      userId: options.user,
      olderThanMs: options.olderThan,
      sinceMs: options.since,
      limit: options.limit,
      after: options.after === undefined ? undefined : await cursorOf(db, options.after),
    });
  });
  if (context.output.json) return context.output.data(orders);
  showOrders(context.output, orders);
  const last = orders.at(-1);
  if (last && orders.length === options.limit) context.output.note(`More: add --after ${last.orderId}`);
}

async function cursorOf(db: Db, orderId: string): Promise<OrderCursor> {
  const order = await findOrder(db, orderId);
  if (!order) throw new AppError('ORDER_NOT_FOUND', `no order ${orderId} to go on after`);
  return { createdAt: order.createdAt, orderId: order.orderId };
}

function showOrders(output: Output, orders: readonly Order[]): void {
  if (orders.length === 0) return output.note('No orders match.');
  const now = Date.now();
  output.line(
    renderTable<Order>(
      output,
      [
        { title: 'order', value: (order) => order.orderId },
        { title: 'status', value: (order) => colourOfStatus(output.colours, order.status) },
        { title: 'product', value: (order) => order.productId },
        { title: 'qty', value: (order) => String(order.quantity), align: 'right' },
        { title: 'amount', value: (order) => formatMoney(order.amount), align: 'right' },
        { title: 'user', value: (order) => order.userId },
        {
          title: 'age',
          value: (order) => formatDuration(Math.max(0, now - order.createdAt.getTime())),
          align: 'right',
        },
      ],
      orders,
    ),
  );
}
