/** Rows of stock as operators write them: a product and a number of units. */
import { z } from 'zod';
import { LIMITS } from '../order.js';
import { productIdSchema } from './product-id.js';
import { readCsv, type Lined } from './read-csv.js';

const unitsSchema = z
  .string()
  .regex(/^\d{1,10}$/, { error: (issue) => `quantity "${String(issue.input)}" is not a whole number from 0` })
  .transform(Number)
  .refine((units) => units <= LIMITS.stockPerProduct, `quantity is above ${LIMITS.stockPerProduct}`);

export const stockRowSchema = z.object({ productId: productIdSchema, quantity: unitsSchema });
export type StockRow = z.output<typeof stockRowSchema>;

/** @throws AppError INPUT_INVALID naming each bad line */
export function readStockCsv(text: string, source: string): Lined<StockRow>[] {
  return readCsv(text, { source, headers: ['productId', 'quantity'], row: stockRowSchema });
}
