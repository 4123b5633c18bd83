/** Guards calls whose rows must name each product once. */
import { AppError } from '../errors.js';

/** @throws AppError INPUT_INVALID naming the first product that occurs twice */
export function assertUnique(productIds: readonly string[]): void {
  const seen = new Set<string>();
  for (const productId of productIds) {
    if (seen.has(productId)) throw new AppError('INPUT_INVALID', `product ${productId} occurs twice`);
    seen.add(productId);
  }
}
