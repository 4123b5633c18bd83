/** Shows on `/metrics` whether units are conserved: `ordersctl_conservation_drift` and how many products drift. */
import { Gauge } from 'prom-client';
import { addGauge, type MetricsRegistry } from '../core/admin/metrics.js';
import type { DriftingProduct } from '../core/sweeps/check-conservation.js';

export interface ConservationGauge {
  /** What the last check of this process found. */
  show(drifting: readonly DriftingProduct[]): void;
}

/** Each is a label. */
const MAX_PRODUCTS = 50;

/**
 * Any worker may run the next check, so what this one found counts for `validMs` only: a drift that was mended and
 * found mended by another must not alarm for ever here.
 */
export function createConservationGauge(registry: MetricsRegistry, validMs: number): ConservationGauge {
  let found: readonly DriftingProduct[] = [];
  let foundAt = Number.NEGATIVE_INFINITY;
  const isValid = () => performance.now() - foundAt < validMs;
  new Gauge({
    name: 'ordersctl_conservation_drift',
    help: 'Units that are lost (below zero) or too many, by product, of the 50 that are furthest off; absent when none',
    labelNames: ['product', 'problem'],
    registers: [registry],
    collect() {
      this.reset();
      if (!isValid()) return;
      const furthest = [...found].sort((a, b) => Math.abs(b.units) - Math.abs(a.units));
      for (const { productId: product, problem, units } of furthest.slice(0, MAX_PRODUCTS)) {
        this.set({ product, problem }, units);
      }
    },
  });
  addGauge(registry, {
    name: 'conservation_drifting_products',
    help: 'Products whose units are not conserved, by the last check that this worker has run; absent when it was long ago',
    read: () => (isValid() ? found.length : undefined),
  });
  return {
    show(drifting) {
      found = drifting;
      foundAt = performance.now();
    },
  };
}
