/** What the flags and the file of seed-prices ask for. */
import { priceRowSchema, readPriceCsv, type PriceRow } from '../../core/catalog/price-rows.js';
import { AppError } from '../../core/errors.js';
import type { CliIo } from '../io.js';
import { readSource } from '../read-source.js';

export interface PriceOptions {
  readonly product?: string;
  readonly price?: string;
  readonly currency?: string;
}

const HINT = 'ordersctl seed-prices --help shows examples';

/** @throws AppError USAGE for flags that do not fit together, INPUT_INVALID for values and rows */
export async function readPriceRows(
  io: CliIo,
  file: string | undefined,
  options: PriceOptions,
): Promise<readonly (PriceRow & { readonly line?: number })[]> {
  const { product: productId, price, currency } = options;
  if (file !== undefined) {
    if (productId ?? price)
      throw new AppError('USAGE', 'give either a file or --product, not both', { hint: HINT });
    const source = await readSource(io, file);
    return readPriceCsv(source.text, source.name, currency);
  }
  if (productId === undefined || price === undefined) {
    throw new AppError('USAGE', 'give a CSV file, - for standard input, or --product with --price', {
      hint: HINT,
    });
  }
  const parsed = priceRowSchema(currency).safeParse({ productId, price });
  if (parsed.success) return [parsed.data];
  throw new AppError('INPUT_INVALID', parsed.error.issues.map((issue) => issue.message).join('; '), {
    hint: HINT,
  });
}
