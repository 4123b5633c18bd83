/** What counting costs a role on the path of an order: nothing of it waits, so only its own time is asked for. */
import { createMetricsRegistry, createStatsMirror } from '../../core/admin/metrics.js';
import type { Log } from '../../core/log.js';
import { createRoleStats } from '../../core/stats/role-stats.js';

const ORDERS = 300_000;

/** @returns microseconds to count one accepted order and its time, for `role_stats` and for `/metrics` */
export function timeCounting(productIds: readonly string[], log: Log): number {
  const registry = createMetricsRegistry({ role: 'serve', version: 'bench' });
  const stats = createRoleStats({
    pool: { query: () => Promise.reject(new Error('nothing is written here')) },
    role: 'serve',
    replica: 'bench',
    log,
    mirror: createStatsMirror(registry),
  });
  const countAll = () => {
    for (let order = 0; order < ORDERS; order += 1) {
      const productId = productIds[order % productIds.length] ?? '';
      stats.count('accepted', productId);
      stats.observe('accept', 2 + (order % 17), productId);
    }
  };
  // Once to compile it.
  countAll();
  const startedAt = performance.now();
  countAll();
  const elapsedMs = performance.now() - startedAt;
  registry.clear();
  return Math.round((elapsedMs / ORDERS) * 1_000 * 100) / 100;
}
