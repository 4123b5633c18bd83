/** The answer of everything that must be done again once a product is loaded. */
import { AppError } from '../errors.js';

export function notLoaded(productId: string): AppError {
  return new AppError('REBUILDING', `${productId} is not loaded in Redis`, {
    hint: 'Load it with ordersctl seed-stock, or wait until it is loaded',
    context: { productId },
    retryAfterSeconds: 5,
  });
}
