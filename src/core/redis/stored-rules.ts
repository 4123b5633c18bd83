/** Price and sale rules of a product, and the text forms in which Redis keeps them. */
import { z } from 'zod';
import type { Money } from '../money.js';

export interface PriceRules {
  /** Null until the product is priced. */
  readonly price: Money | null;
  /** False after the product was deactivated: reserve answers `closed`. */
  readonly active: boolean;
  /** `products.revision`; only a higher one is applied. */
  readonly revision: number;
}

export interface SaleRules {
  readonly state: 'OPEN' | 'PAUSED' | 'CLOSED';
  readonly opensAt: Date | null;
  readonly closesAt: Date | null;
  /** Null: unlimited. */
  readonly maxPerOrder: number | null;
  readonly maxPerCustomer: number | null;
  /** `sales.revision`, from 1; only a higher one is applied. */
  readonly revision: number;
}

/** `revision|active|amountMinor|currency` */
export function formatPriceRules(rules: PriceRules): string {
  const { price, active, revision } = rules;
  return [revision, active ? 1 : 0, price?.amountMinor ?? '', price?.currency ?? ''].join('|');
}

/** state, opensAt, closesAt, maxPerOrder, maxPerCustomer, as the scripts take them; empty for none */
export function formatSaleRules(rules: SaleRules): (string | number)[] {
  return [
    rules.state,
    rules.opensAt?.getTime() ?? '',
    rules.closesAt?.getTime() ?? '',
    rules.maxPerOrder ?? '',
    rules.maxPerCustomer ?? '',
  ];
}

const NUMBER_OR_NONE = z
  .string()
  .nullable()
  .transform((text) => (text ? Number(text) : null));
const storedSaleSchema = z.tuple(
  [
    z.enum(['OPEN', 'PAUSED', 'CLOSED']),
    NUMBER_OR_NONE,
    NUMBER_OR_NONE,
    NUMBER_OR_NONE,
    NUMBER_OR_NONE,
    z.coerce.number().int(),
  ],
  z.unknown(),
);

/**
 * @param fields state, opensAt, closesAt, maxPerOrder, maxPerCustomer and revision as Redis keeps them
 * @returns null where no revision was ever written
 */
export function parseSaleRules(fields: readonly (string | null)[]): SaleRules | null {
  if ((fields[5] ?? null) === null) return null;
  const [state, opensAt, closesAt, maxPerOrder, maxPerCustomer, revision] = storedSaleSchema.parse(fields);
  const instant = (ms: number | null) => (ms === null ? null : new Date(ms));
  return {
    state,
    opensAt: instant(opensAt),
    closesAt: instant(closesAt),
    maxPerOrder,
    maxPerCustomer,
    revision,
  };
}
