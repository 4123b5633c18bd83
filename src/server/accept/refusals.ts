/** What each refusal of the reserve script means to the buyer. */
import { AppError } from '../../core/errors.js';
import type { ReserveResult } from '../../core/redis/reserve.js';
import { refuse } from '../../core/refusal.js';

/** Nothing was held and nothing is remembered: the same key may try again. */
export function refusalOf(result: ReserveResult): AppError {
  switch (result.kind) {
    case 'no-price':
      return refuse('NO_PRICE', 'The product has no price yet.');
    case 'not-open-yet':
      return refuse('NOT_OPEN_YET', `The sale opens at ${result.opensAt.toISOString()}.`, {
        // A hint by this host's clock; Redis decides by its own.
        retryAfterSeconds: (result.opensAt.getTime() - Date.now()) / 1_000,
      });
    case 'paused':
      return refuse('SALE_PAUSED', 'the sale is paused');
    case 'closed':
      return refuse('SALE_CLOSED', 'The sale of this product is over.');
    case 'quantity-limit':
      return refuse('QUANTITY_LIMIT', `One order may have at most ${result.max}.`);
    case 'customer-limit':
      return refuse('CUSTOMER_LIMIT', `One customer may have at most ${result.max}.`);
    case 'sold-out':
      return refuse('SOLD_OUT', 'The product is sold out.');
    case 'reserved':
    case 'known':
    case 'ended':
    case 'not-loaded':
      return new AppError('INTERNAL', `"${result.kind}" is not a refusal`);
  }
}
