/** Which products a sale command is about. */
import { Option } from '@commander-js/extra-typings';
import { AppError } from '../../core/errors.js';

export const allOption = () => new Option('--all', 'all products');

/** @returns the ids once each. @throws AppError INPUT_INVALID for one that no product can have */
export async function readProducts(products: readonly string[]): Promise<string[]> {
  // Loaded here: zod would double the time of --help.
  const { productIdSchema } = await import('../../core/catalog/product-id.js');
  return [...new Set(products)].map((productId) => {
    const parsed = productIdSchema.safeParse(productId);
    if (parsed.success) return parsed.data;
    throw new AppError('INPUT_INVALID', parsed.error.issues.map((issue) => issue.message).join('; '));
  });
}

/** @returns undefined for all products. @throws AppError USAGE unless either ids or --all are given */
export async function readProductsOrAll(
  products: readonly string[],
  all: true | undefined,
): Promise<string[] | undefined> {
  if (all !== true && products.length > 0) return readProducts(products);
  if (all === true && products.length === 0) return undefined;
  throw new AppError('USAGE', all ? 'give either products or --all, not both' : 'give products, or --all', {
    hint: 'ordersctl sale status shows the products',
  });
}
