/** What is sold in a rehearsal. */
import type { Money } from '../../core/money.js';

export interface Goods {
  readonly productId: string;
  readonly quantity: number;
  readonly price: Money;
  /** Share of the buyers who want it, against the others'. */
  readonly weight: number;
}

/** The further down the shelf, the less wanted: each has this share of the one before. */
const FALLOFF = 0.7;

/**
 * Units in proportion to the weights, at least one each and `units` in all.
 * @param products at most `units`
 * @param labelOf the id and the price in minor units of the nth product, from 0
 */
export function stockShelf(
  products: number,
  units: number,
  labelOf: (index: number) => { readonly productId: string; readonly amountMinor: number },
  currency = 'EUR',
): Goods[] {
  const weights = Array.from({ length: products }, (_, index) => FALLOFF ** index);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const quantities = weights.map((weight) => 1 + Math.floor(((units - products) * weight) / total));
  const left = units - quantities.reduce((sum, quantity) => sum + quantity, 0);
  return weights.map((weight, index) => {
    const { productId, amountMinor } = labelOf(index);
    return {
      productId,
      quantity: (quantities[index] ?? 0) + (index === 0 ? left : 0),
      price: { amountMinor, currency },
      weight,
    };
  });
}
