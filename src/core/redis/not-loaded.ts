/** The answer of everything that must be done again once a product is loaded. */
import { AppError } from '../errors.js';

export function notLoaded(productId: string): AppError {
  return new AppError('REBUILDING', `${productId} is not loaded in Redis`, {
    hint: 'serve rebuilds it by itself; ordersctl restore does it by hand',
    context: { productId },
    retryAfterSeconds: 5,
  });
}
