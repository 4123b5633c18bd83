/** The price of a product, as two columns that are null together until it is priced. */
import type { Money } from '../money.js';
import { toSafeInteger } from './to-safe-integer.js';

export interface PriceColumns {
  readonly price_minor: string | null;
  readonly currency: string | null;
}

export function toPrice({ price_minor, currency }: PriceColumns): Money | null {
  if (price_minor === null || currency === null) return null;
  return { amountMinor: toSafeInteger(price_minor), currency };
}
