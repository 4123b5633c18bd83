/** What the demo sells. */

const SHELF = [
  { productId: 'tee-red-m', amountMinor: 4_990 },
  { productId: 'cap-black', amountMinor: 2_450 },
  { productId: 'mug-white', amountMinor: 1_200 },
] as const;

/** @param index from 0 */
export function demoLabel(index: number): { readonly productId: string; readonly amountMinor: number } {
  return SHELF[index] ?? { productId: `product-${index + 1}`, amountMinor: 1_000 + 100 * index };
}
