import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rehearsalLabel } from '../../../src/bench/rehearse/names.js';
import { stockShelf } from '../../../src/bench/rehearse/goods.js';

const label = (index: number) => rehearsalLabel('3f2a9c1e', index);

describe('the shelf of a rehearsal', () => {
  it('has all units, at least one of each product, and no product twice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(10_000), (products, more) => {
        const units = products + more;
        const goods = stockShelf(products, units, label);
        expect(goods.reduce((sum, one) => sum + one.quantity, 0)).toBe(units);
        expect(Math.min(...goods.map((one) => one.quantity))).toBeGreaterThanOrEqual(1);
        expect(new Set(goods.map((one) => one.productId)).size).toBe(products);
      }),
    );
  });

  it('has more of what is wanted more', () => {
    const quantities = stockShelf(3, 300, label).map((one) => one.quantity);
    expect(quantities).toEqual([...quantities].sort((a, b) => b - a));
  });
});
