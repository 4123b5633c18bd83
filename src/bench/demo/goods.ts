/** What is sold in a demo. */
import type { Money } from '../../core/money.js';

export interface Goods {
  readonly productId: string;
  readonly quantity: number;
  readonly price: Money;
  /** Share of the buyers who want it, against the others'. */
  readonly weight: number;
}

const SHELF = [
  { productId: 'tee-red-m', amountMinor: 4_990 },
  { productId: 'cap-black', amountMinor: 2_450 },
  { productId: 'mug-white', amountMinor: 1_200 },
] as const;
/** The further down the shelf, the less wanted: each has this share of the one before. */
const FALLOFF = 0.7;

/** Units in proportion to the weights, at least one each and `units` in all. @param products at most `units` */
export function stockShelf(products: number, units: number): Goods[] {
  const weights = Array.from({ length: products }, (_, index) => FALLOFF ** index);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const quantities = weights.map((weight) => 1 + Math.floor(((units - products) * weight) / total));
  const left = units - quantities.reduce((sum, quantity) => sum + quantity, 0);
  return weights.map((weight, index) => {
    const known = SHELF[index];
    return {
      productId: known?.productId ?? `product-${index + 1}`,
      quantity: (quantities[index] ?? 0) + (index === 0 ? left : 0),
      price: { amountMinor: known?.amountMinor ?? 1_000 + 100 * index, currency: 'EUR' },
      weight,
    };
  });
}
