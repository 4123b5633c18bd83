import { describe, expect, it } from 'vitest';
import { planBuyers, type PlanOptions } from '../../../src/bench/load/buyers-plan.js';

const options: PlanOptions = {
  seed: 7,
  buyers: 5_000,
  durationMs: 10_000,
  products: [
    { productId: 'much', weight: 3 },
    { productId: 'little', weight: 1 },
  ],
  declinedPrefix: 'declined-',
};
const plan = planBuyers(options);
const share = (check: (buyer: (typeof plan)[number]) => boolean) => plan.filter(check).length / plan.length;

describe('the plan of a sale', () => {
  it('is the same for the same seed and another for another', () => {
    expect(planBuyers(options)).toEqual(plan);
    expect(planBuyers({ ...options, seed: 8 })).not.toEqual(plan);
  });

  it('has every buyer once, in the order of their arrival, within the sale', () => {
    expect(new Set(plan.map((buyer) => buyer.userId)).size).toBe(5_000);
    const times = plan.map((buyer) => buyer.atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(0);
    expect(times.at(-1)).toBeLessThanOrEqual(10_000);
  });

  it('begins with a rush', () => {
    expect(share((buyer) => buyer.atMs < 1_200)).toBeGreaterThan(0.33);
  });

  it('has buyers of every habit in about the share they should have', () => {
    expect(share((buyer) => buyer.userId.startsWith('declined-'))).toBeCloseTo(0.08, 1);
    expect(share((buyer) => buyer.quantity > 1)).toBeCloseTo(0.2, 1);
    expect(share((buyer) => buyer.repeat === 'double-click')).toBeCloseTo(0.2, 1);
    expect(share((buyer) => buyer.repeat === 'later')).toBeCloseTo(0.1, 1);
    expect(share((buyer) => buyer.productId === 'much')).toBeCloseTo(0.75, 1);
  });

  it('repeats only with a key, since without one it would order twice', () => {
    expect(plan.filter((buyer) => buyer.repeat !== 'never' && buyer.idempotencyKey === null)).toEqual([]);
  });
});
