/** `GET /orders`: the caller's own orders, newest first, page by page. */
import { z } from 'zod';
import { AppError } from '../../core/errors.js';
import type { Db } from '../../core/postgres/db.js';
import { listUserOrders } from '../../core/postgres/list-user-orders.js';
import { orderSchema, toOrderJson } from './order-json.js';
import { formatCursor, parseCursor } from './page-cursor.js';

const MAX_PAGE = 100;

export const listQuerySchema = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a whole number')
    .default('20')
    .transform(Number)
    .pipe(z.int().min(1).max(MAX_PAGE)),
  cursor: z.string().max(200).optional(),
});

export const ordersPageSchema = z
  .object({
    orders: z.array(orderSchema).max(MAX_PAGE).describe('Newest first'),
    nextCursor: z.string().nullable().describe('For the next page; null on the last one'),
  })
  .readonly();
export type OrdersPage = z.output<typeof ordersPageSchema>;

/** @param query as parsed from the URL. @throws AppError INPUT_INVALID */
export async function listOwnOrders(db: Db, userId: string, query: unknown): Promise<OrdersPage> {
  const parsed = listQuerySchema.safeParse(query);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'query'}: ${issue.message}`,
    );
    throw new AppError('INPUT_INVALID', problems.join('; ').slice(0, 500));
  }
  const { limit, cursor } = parsed.data;
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  // One more than asked for tells whether there is a next page.
  const found = await listUserOrders(db, { userId, limit: limit + 1, ...(after && { after }) });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    orders: page.map(toOrderJson),
    nextCursor: found.length > limit && last ? formatCursor(last) : null,
  };
}
