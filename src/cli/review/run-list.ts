/** Lists the orders that wait for a person, oldest first. */
import { formatDuration } from '../../core/duration.js';
import { AppError } from '../../core/errors.js';
import { formatMoney } from '../../core/money.js';
import { checkSchema } from '../../core/postgres/check-schema.js';
import type { Db } from '../../core/postgres/db.js';
import { findOrder } from '../../core/postgres/find-order.js';
import { findReviews, type Review } from '../../core/postgres/find-reviews.js';
import type { OrderCursor } from '../../core/postgres/list-orders.js';
import { resolutionsOf, type ReviewCause } from '../../core/review/causes.js';
import type { CliContext } from '../context.js';
import type { Output } from '../output/output.js';
import { printable } from '../output/printable.js';
import { renderTable } from '../output/table.js';
import { withStores } from '../with-stores.js';
import { toReviewJson } from './review-json.js';

export interface ListOptions {
  readonly cause?: readonly ReviewCause[] | undefined;
  readonly product?: readonly string[] | undefined;
  /** Milliseconds. */
  readonly olderThan?: number | undefined;
  readonly limit: number;
  /** Order id. */
  readonly after?: string | undefined;
  readonly ndjson?: true | undefined;
  readonly failIfAny?: true | undefined;
}

/** @throws AppError ORDER_NOT_FOUND for a cursor that names no order; CHECK_FAILED with failIfAny after printing */
export async function runList(context: CliContext, options: ListOptions): Promise<void> {
  const { output } = context;
  const config = await context.loadConfig();
  const reviews = await withStores(context, config, async (stores) => {
    const db = await stores.postgres();
    await checkSchema(db);
    return findReviews(db, {
      causes: options.cause,
      productIds: options.product,
      olderThanMs: options.olderThan,
      limit: options.limit,
      after: options.after === undefined ? undefined : await cursorOf(db, options.after),
    });
  });
  if (options.ndjson) for (const review of reviews) output.data(toReviewJson(review));
  else if (output.json) output.data(reviews.map(toReviewJson));
  else if (reviews.length === 0) output.note('Nothing waits for a person.');
  else output.line(renderReviews(output, reviews));
  const last = reviews.at(-1);
  if (last && reviews.length === options.limit) output.note(`More: add --after ${last.order.orderId}`);
  if (options.failIfAny && reviews.length > 0)
    throw new AppError('CHECK_FAILED', `${reviews.length} orders wait for a person`, {
      hint: 'ordersctl review resolve ORDER --as DECISION',
    });
}

async function cursorOf(db: Db, orderId: string): Promise<OrderCursor> {
  const order = await findOrder(db, orderId);
  if (!order) throw new AppError('ORDER_NOT_FOUND', `no order ${orderId} to go on after`);
  return { createdAt: order.createdAt, orderId: order.orderId };
}

/** The sentence on a line of its own: beside the ids it would fit no terminal. */
function renderReviews(output: Output, reviews: readonly Review[]): string {
  const now = Date.now();
  const table = renderTable<Review>(
    output,
    [
      { title: 'order', value: ({ order }) => order.orderId },
      { title: 'cause', value: ({ cause }) => cause },
      { title: 'status', value: ({ order }) => order.status },
      {
        title: 'age',
        value: ({ order }) => formatDuration(Math.max(0, now - order.createdAt.getTime())),
        align: 'right',
      },
    ],
    reviews,
  );
  const details = reviews.flatMap(({ order, cause, reason, refused }) => [
    '',
    `${order.orderId}  ${order.quantity} × ${order.productId}, ${formatMoney(order.amount)}, customer ${printable(order.userId)}`,
    ...(reason === null ? [] : [`  ${printable(reason)}`]),
    ...refused.map(
      ({ attempt, gateway, refusal, amount }) =>
        `  refused by ${gateway}: ${formatMoney(amount)} of attempt ${attempt} (${printable(refusal)})`,
    ),
    `  ${output.colours.accent('decide:')} --as ${resolutionsOf(cause, refused.length > 0).join(' | ')}`,
  ]);
  return [table, ...details].join('\n');
}
