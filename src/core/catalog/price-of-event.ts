/** Makes exact money of the price of a product event. */
import { AppError } from '../errors.js';
import { parseMoney, type Money } from '../money.js';
import type { EventPrice } from './product-event.js';

/**
 * The currency is the one the event names, else the product's, else the configured one.
 * @param known of the product as it is
 * @throws AppError INPUT_INVALID when it is not exact money of one currency
 */
export function priceOfEvent(
  { text, currency }: EventPrice,
  known: Money | null,
  defaultCurrency: string | undefined,
): Money {
  const assumed = currency ?? known?.currency ?? defaultCurrency;
  if (assumed === undefined && /^[\d\s.]*$/.test(text)) {
    throw new AppError(
      'INPUT_INVALID',
      `the price "${text}" names no currency, and the product has none yet`,
      {
        hint: 'Name it in the event, or set ORDERSCTL_CURRENCY',
      },
    );
  }
  const price = parseMoney(text, assumed);
  if (currency !== undefined && price.currency !== currency) {
    throw new AppError(
      'INPUT_INVALID',
      `the price "${text}" is not in ${currency}, which the event names too`,
    );
  }
  return price;
}
