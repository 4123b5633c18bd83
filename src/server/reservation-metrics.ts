/** Counts the result of every `POST /orders` for `/metrics`: `ordersctl_reservations_total`. */
import { Counter } from 'prom-client';
import type { MetricsRegistry } from '../core/admin/metrics.js';
import type { RoleStats } from '../core/stats/role-stats.js';

type AcceptStats = Pick<RoleStats, 'count' | 'observe'>;

/**
 * @param stats goes on counting as before
 * @param sawProduct told of every result that names a product
 */
export function countReservations(
  registry: MetricsRegistry,
  stats: AcceptStats,
  sawProduct: (productId: string) => void,
): AcceptStats {
  const results = new Counter({
    name: 'ordersctl_reservations_total',
    help: 'Answers to POST /orders by result: accepted, repeated (a key used again), or the code of the refusal',
    labelNames: ['result'],
    registers: [registry],
  });
  return {
    count(code, productId, n = 1) {
      results.inc({ result: code }, n);
      if (productId !== undefined) sawProduct(productId);
      stats.count(code, productId, n);
    },
    observe: (measure, ms, productId) => stats.observe(measure, ms, productId),
  };
}
