/** What a product's sale comes to at this moment, and whether Redis goes by what Postgres says. */
import type { ProductRow } from '../postgres/find-products.js';
import type { SaleTerms } from '../postgres/sale-row.js';
import type { SaleInRedis } from '../redis/read-sale.js';
import { sellingStateOf, type SellingState } from './selling-state.js';

/** What a product without a sale of its own sells by. */
export const OPEN_TERMS: SaleTerms = {
  state: 'OPEN',
  opensAt: null,
  closesAt: null,
  maxPerOrder: null,
  maxPerCustomer: null,
};

/**
 * How Redis stands to Postgres. `behind`: it has older rules. `ahead`: it has rules that Postgres does not know, under
 * the same revision or a later one, as after Postgres lost commits. `not-loaded`, `other-epoch`: it sells nothing of
 * this product until it is loaded, and the load brings the rules. `no-stock`: there is nothing to load yet.
 */
export type SaleAgreement = 'agrees' | 'behind' | 'ahead' | 'not-loaded' | 'other-epoch' | 'no-stock';

/** What a buyer meets who comes now. */
export type EffectiveState = SellingState | { readonly state: 'not-loaded' | 'other-epoch' | 'sold-out' };

export function agreementOf(product: Pick<ProductRow, 'stock' | 'sale'>, look: SaleInRedis): SaleAgreement {
  const { stock, sale } = product;
  if (!stock) return 'no-stock';
  if (look.available === null) return 'not-loaded';
  if (look.epoch !== stock.epoch) return 'other-epoch';
  const revision = look.rules?.revision ?? 0;
  if (revision < (sale?.revision ?? 0)) return 'behind';
  if (revision > (sale?.revision ?? 0)) return 'ahead';
  return isSame(look.rules ?? OPEN_TERMS, sale ?? OPEN_TERMS) ? 'agrees' : 'ahead';
}

/**
 * @param look undefined when Redis is away: then Postgres's rules and clock are all there is to go by
 * @param now by Postgres; a look brings the clock of Redis, which decides
 */
export function effectiveStateOf(
  product: Pick<ProductRow, 'price' | 'active' | 'stock'>,
  terms: SaleTerms,
  look: SaleInRedis | undefined,
  now: Date,
): EffectiveState {
  if (look && product.stock && look.available === null) return { state: 'not-loaded' };
  const selling = sellingStateOf({ ...product, sale: terms }, look?.now ?? now);
  if (selling.state !== 'open' || !look) return selling;
  if (look.epoch !== product.stock?.epoch) return { state: 'other-epoch' };
  return (look.available ?? 0) > 0 ? selling : { state: 'sold-out' };
}

export function isSame(a: SaleTerms, b: SaleTerms): boolean {
  return (
    a.state === b.state &&
    a.opensAt?.getTime() === b.opensAt?.getTime() &&
    a.closesAt?.getTime() === b.closesAt?.getTime() &&
    a.maxPerOrder === b.maxPerOrder &&
    a.maxPerCustomer === b.maxPerCustomer
  );
}
