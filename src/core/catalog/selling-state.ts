/** Whether a product sells now, and if not, why: what a seeding operator wants to read. */
import type { ProductRow } from '../postgres/find-products.js';
import type { SaleTerms } from '../postgres/sale-row.js';

export type SellingState =
  | { readonly state: 'open' | 'no-stock' | 'no-price' | 'not-active' | 'paused' | 'closed' }
  | { readonly state: 'opens-later'; readonly opensAt: Date };

/** @param now by Postgres; Redis decides by its own clock when an order comes */
export function sellingStateOf(
  product: Pick<ProductRow, 'price' | 'active'> & {
    readonly sale: SaleTerms | null;
    readonly stock: object | null;
  },
  now: Date,
): SellingState {
  const { sale } = product;
  if (!product.active) return { state: 'not-active' };
  if (sale?.state === 'CLOSED' || (sale?.closesAt && sale.closesAt <= now)) return { state: 'closed' };
  if (sale?.state === 'PAUSED') return { state: 'paused' };
  if (!product.stock) return { state: 'no-stock' };
  if (!product.price) return { state: 'no-price' };
  if (sale?.opensAt && sale.opensAt > now) return { state: 'opens-later', opensAt: sale.opensAt };
  return { state: 'open' };
}
