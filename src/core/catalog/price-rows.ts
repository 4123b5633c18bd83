/** Rows of prices as operators write them: a product, an amount and a currency. */
import { z } from 'zod';
import { AppError } from '../errors.js';
import { parseMoney, type Money } from '../money.js';
import { productIdSchema } from './product-id.js';
import { readCsv, type Lined } from './read-csv.js';

export interface PriceRow {
  readonly productId: string;
  readonly price: Money;
}

/** @param currency for prices that name none, ISO 4217 */
export function priceRowSchema(currency: string | undefined): z.ZodType<PriceRow> {
  const price = z.string().transform((text, context): Money => {
    try {
      return parseMoney(text, currency);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const advice = currency === undefined ? '; name the currency in it, or give --currency' : '';
      context.addIssue({ code: 'custom', message: `${error.message}${advice}` });
      return z.NEVER;
    }
  });
  return z.object({ productId: productIdSchema, price });
}

/** @throws AppError INPUT_INVALID naming each bad line */
export function readPriceCsv(text: string, source: string, currency: string | undefined): Lined<PriceRow>[] {
  return readCsv(text, { source, headers: ['productId', 'price'], row: priceRowSchema(currency) });
}
