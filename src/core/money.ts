/** Money: integer minor units plus an ISO 4217 currency. Never a float. */
import { AppError } from './errors.js';
import { LIMITS } from './order.js';

export interface Money {
  /** Integer, in the currency's smallest unit (cents for EUR). */
  readonly amountMinor: number;
  /** ISO 4217, three capitals. */
  readonly currency: string;
}

/** How many decimals a currency has, by ICU's ISO 4217 data; undefined for a code that ICU does not know. */
function decimalsOf(currency: string): number | undefined {
  if (!/^[A-Z]{3}$/.test(currency) || !Intl.supportedValuesOf('currency').includes(currency))
    return undefined;
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
}

/** True for an ISO 4217 code in capitals that money can be written in. */
export function isCurrency(code: string): boolean {
  return decimalsOf(code) !== undefined;
}

/**
 * Reads `49.90 EUR`, `EUR 49.90` or `49.90` with a default currency, exactly: more decimals than the currency has
 * is an error, never rounded.
 * @throws AppError INPUT_INVALID
 */
export function parseMoney(text: string, defaultCurrency?: string): Money {
  const match = /^(?:([A-Za-z]{3})\s+)?(\d{1,12})(?:\.(\d+))?(?:\s+([A-Za-z]{3}))?$/.exec(text.trim());
  const currency = (match?.[1] ?? match?.[4] ?? defaultCurrency)?.toUpperCase();
  if (!match || (match[1] && match[4]) || currency === undefined) {
    throw new AppError('INPUT_INVALID', `"${text}" is not a price`, {
      hint: 'Write an amount and a currency, such as 49.90 EUR',
    });
  }
  const decimals = decimalsOf(currency);
  if (decimals === undefined) {
    throw new AppError('INPUT_INVALID', `"${currency}" is not an ISO 4217 currency`, {
      hint: 'Use a code such as EUR or USD',
    });
  }
  const fraction = match[3] ?? '';
  if (fraction.length > decimals) {
    throw new AppError('INPUT_INVALID', `"${text}" has more decimals than ${currency} has (${decimals})`, {
      hint: 'Give the exact price; it is never rounded',
    });
  }
  const amountMinor = Number(`${match[2]}${fraction.padEnd(decimals, '0')}`);
  if (amountMinor < 1 || amountMinor > LIMITS.priceMinor) {
    throw new AppError('INPUT_INVALID', `"${text}" is outside the allowed range`, {
      hint: `1 to ${LIMITS.priceMinor} minor units`,
    });
  }
  return { amountMinor, currency };
}

/** `4990 EUR` minor units → `49.90 EUR`. */
export function formatMoney(money: Money): string {
  const decimals = decimalsOf(money.currency) ?? 0;
  const digits = String(money.amountMinor).padStart(decimals + 1, '0');
  const whole = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return `${whole} ${money.currency}`;
}

/** Unit price times quantity; exact because both bounds keep the product a safe integer. */
export function multiplyMoney(unit: Money, quantity: number): Money {
  return { amountMinor: unit.amountMinor * quantity, currency: unit.currency };
}
