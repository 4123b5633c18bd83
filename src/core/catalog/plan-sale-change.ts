/** Works out what an operator's change makes of one product's sale. */
import { AppError } from '../errors.js';
import type { SaleChange } from '../postgres/put-sale.js';
import type { SaleTerms } from '../postgres/sale-row.js';
import { isSame, OPEN_TERMS } from './effective-sale.js';

/** A moment, one so many milliseconds from now, or none. */
export type SaleTime = Date | { readonly inMs: number } | null;

export type SaleTermsChange = Omit<SaleChange, 'opensAt' | 'closesAt'> & {
  readonly opensAt?: SaleTime;
  readonly closesAt?: SaleTime;
};

/**
 * `set` changes what it names and leaves the rest. `open` of all products leaves those alone that were closed: buyers
 * were told that these are over. `pause` never turns a closed sale into one that waits.
 */
export type SaleIntent =
  | { readonly kind: 'set'; readonly change: SaleTermsChange }
  | { readonly kind: 'open'; readonly evenClosed: boolean }
  | { readonly kind: 'pause' | 'close' };

export interface PlannedSale {
  readonly before: SaleTerms;
  readonly after: SaleTerms;
  readonly outcome: 'changed' | 'unchanged' | 'left-closed';
  /** The sale is over by this change, and was not before. */
  readonly ends: boolean;
}

/**
 * @param sale null for a product without one: it sells as soon as it has price and stock
 * @param now by which moments from now, and the end of a window, are reckoned
 * @throws AppError INPUT_INVALID for a window that would end before it begins
 */
export function planSaleChange(
  productId: string,
  sale: SaleTerms | null,
  intent: SaleIntent,
  now: Date,
): PlannedSale {
  const before = sale ?? OPEN_TERMS;
  const after = { ...before, ...changeOf(intent, before, now) };
  assertWindow(productId, after);
  const stays = isSame(before, after);
  return {
    before,
    after,
    outcome: !stays ? 'changed' : leavesClosed(intent, before) ? 'left-closed' : 'unchanged',
    ends: isOver(after, now) && !isOver(before, now),
  };
}

function changeOf(intent: SaleIntent, before: SaleTerms, now: Date): Partial<SaleTerms> {
  if (leavesClosed(intent, before)) return {};
  switch (intent.kind) {
    case 'open':
      return { state: 'OPEN' };
    case 'pause':
      return { state: 'PAUSED' };
    case 'close':
      return { state: 'CLOSED' };
    case 'set': {
      const { opensAt, closesAt, ...rest } = intent.change;
      return {
        ...rest,
        ...(opensAt === undefined ? {} : { opensAt: toMoment(opensAt, now) }),
        ...(closesAt === undefined ? {} : { closesAt: toMoment(closesAt, now) }),
      };
    }
  }
}

function leavesClosed(intent: SaleIntent, { state }: SaleTerms): boolean {
  if (state !== 'CLOSED') return false;
  return intent.kind === 'pause' || (intent.kind === 'open' && !intent.evenClosed);
}

function toMoment(time: SaleTime, now: Date): Date | null {
  return time === null || time instanceof Date ? time : new Date(now.getTime() + time.inMs);
}

function assertWindow(productId: string, { opensAt, closesAt }: SaleTerms): void {
  if (!opensAt || !closesAt || opensAt < closesAt) return;
  throw new AppError(
    'INPUT_INVALID',
    `${productId} would close at ${closesAt.toISOString()} and open at ${opensAt.toISOString()}; nothing was changed`,
    { hint: 'Give both --opens-at and --closes-at, or take one away with none' },
  );
}

function isOver({ state, closesAt }: SaleTerms, now: Date): boolean {
  return state === 'CLOSED' || (closesAt !== null && closesAt <= now);
}
