/** What `/metrics` shows: one registry per process, names that begin with `ordersctl_`, bounded labels. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Role } from '../names.js';
import type { StatsMirror } from '../stats/role-stats.js';

export type MetricsRegistry = Registry;

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * A registry with the process's own figures (`process_*`, `nodejs_*`, named as dashboards expect them) and
 * `ordersctl_build_info`. Every figure carries the role.
 */
export function createMetricsRegistry(options: { role: Role; version: string }): MetricsRegistry {
  const registry = new Registry();
  registry.setDefaultLabels({ role: options.role });
  collectDefaultMetrics({ register: registry });
  const build = new Gauge({
    name: 'ordersctl_build_info',
    help: 'Always 1; the labels say what runs',
    labelNames: ['version', 'node'],
    registers: [registry],
  });
  build.set({ version: options.version, node: process.version }, 1);
  return registry;
}

/** The Prometheus side of the role's per-second figures: `ordersctl_events_total` and `ordersctl_latency_seconds`. */
export function createStatsMirror(registry: MetricsRegistry): StatsMirror {
  const events = new Counter({
    name: 'ordersctl_events_total',
    help: 'What this role did, by code: accepted, SOLD_OUT, published, started and so on',
    labelNames: ['code'],
    registers: [registry],
  });
  const latency = new Histogram({
    name: 'ordersctl_latency_seconds',
    help: 'How long it took, by measure: accept, start and so on',
    labelNames: ['measure'],
    buckets: SECONDS,
    registers: [registry],
  });
  return {
    count: (code, n) => events.inc({ code }, n),
    observe: (measure, ms) => latency.observe({ measure }, Math.max(0, ms) / 1_000),
  };
}

/**
 * A figure read when somebody scrapes.
 * @param options.name without the `ordersctl_` that all names begin with
 * @param options.read undefined while it is not known: then nothing is shown
 */
export function addGauge(
  registry: MetricsRegistry,
  options: { name: string; help: string; read: () => number | undefined },
): void {
  new Gauge({
    name: `ordersctl_${options.name}`,
    help: options.help,
    registers: [registry],
    collect() {
      const value = options.read();
      if (value === undefined) this.remove();
      else this.set(value);
    },
  });
}
