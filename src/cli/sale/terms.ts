/** Reads times and limits of sales as operators write them. */
import { parseDuration } from '../../core/duration.js';
import { AppError } from '../../core/errors.js';
import { LIMITS } from '../../core/order.js';
import type { SaleTermsChange, SaleTime } from '../../core/catalog/plan-sale-change.js';
import type { SaleState } from '../../core/postgres/sale-row.js';
import { wholeNumber } from '../options.js';

/** A zone is required: the machine that an operator types on may have another one than the sale. */
const INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/i;
/** Beyond these a time is a slip of the finger. */
const FIRST_YEAR = 2_020;
const LAST_YEAR = 2_100;

/** A word, because commander makes an empty text of null. */
type None = 'none';

export interface TermsOptions {
  readonly state?: SaleState | undefined;
  readonly opensAt?: NonNullable<SaleTime> | None | undefined;
  readonly closesAt?: NonNullable<SaleTime> | None | undefined;
  readonly maxPerOrder?: number | None | undefined;
  readonly maxPerCustomer?: number | None | undefined;
}

/** @throws AppError USAGE when none is given */
export function readTermsChange(options: TermsOptions): SaleTermsChange {
  const { state, opensAt, closesAt, maxPerOrder, maxPerCustomer } = options;
  const change: SaleTermsChange = {
    ...(state === undefined ? {} : { state }),
    ...(opensAt === undefined ? {} : { opensAt: orNull(opensAt) }),
    ...(closesAt === undefined ? {} : { closesAt: orNull(closesAt) }),
    ...(maxPerOrder === undefined ? {} : { maxPerOrder: orNull(maxPerOrder) }),
    ...(maxPerCustomer === undefined ? {} : { maxPerCustomer: orNull(maxPerCustomer) }),
  };
  if (Object.keys(change).length > 0) return change;
  throw new AppError('USAGE', 'nothing to set: give --state, a window or a limit', {
    hint: 'ordersctl sale set --help shows examples',
  });
}

function orNull<T>(value: T | None): T | null {
  return value === 'none' ? null : value;
}

/** @throws AppError USAGE */
export function parseSaleTime(text: string): NonNullable<SaleTime> | None {
  if (text === 'none') return text;
  if (text.startsWith('+')) return { inMs: parseDuration(text.slice(1)) };
  const time = INSTANT.test(text) ? new Date(text.replace(' ', 'T')) : undefined;
  const year = time?.getUTCFullYear() ?? Number.NaN;
  if (time && year >= FIRST_YEAR && year <= LAST_YEAR) return time;
  throw new AppError('USAGE', `"${text}" is not a time`, {
    hint: 'Write a time with its zone, such as 2030-11-29T09:00:00Z or 2030-11-29T09:00:00+01:00; +10m for ten minutes from now; or none',
  });
}

/** @throws AppError USAGE */
export function parseUnits(text: string): number | None {
  return text === 'none' ? text : wholeNumber(1, LIMITS.stockPerProduct)(text);
}
