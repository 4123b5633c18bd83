/** How a row of `sales` becomes the Sale that the catalog writes to Redis. */
import { toSafeInteger } from './to-safe-integer.js';

export const SALE_STATES = ['OPEN', 'PAUSED', 'CLOSED'] as const;
export type SaleState = (typeof SALE_STATES)[number];

export interface SaleTerms {
  readonly state: SaleState;
  readonly opensAt: Date | null;
  readonly closesAt: Date | null;
  readonly maxPerOrder: number | null;
  readonly maxPerCustomer: number | null;
}

/** Without one, a product sells as soon as it has price and stock. */
export interface Sale extends SaleTerms {
  readonly productId: string;
  /** Redis applies a sale only under a higher revision than it has. */
  readonly revision: number;
}

export interface SaleRow {
  readonly product_id: string;
  readonly state: SaleState;
  readonly opens_at: Date | null;
  readonly closes_at: Date | null;
  readonly max_per_order: number | null;
  readonly max_per_customer: number | null;
  readonly revision: string;
}

export function termsOf({ state, opensAt, closesAt, maxPerOrder, maxPerCustomer }: SaleTerms): SaleTerms {
  return { state, opensAt, closesAt, maxPerOrder, maxPerCustomer };
}

export function toSale(row: SaleRow): Sale {
  return {
    productId: row.product_id,
    state: row.state,
    opensAt: row.opens_at,
    closesAt: row.closes_at,
    maxPerOrder: row.max_per_order,
    maxPerCustomer: row.max_per_customer,
    revision: toSafeInteger(row.revision),
  };
}
