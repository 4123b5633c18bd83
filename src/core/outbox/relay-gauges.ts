/** Shows the outbox on `/metrics`: `ordersctl_outbox_depth` and `ordersctl_outbox_oldest_age_seconds`. */
import { addGauge, type MetricsRegistry } from '../admin/metrics.js';
import type { Relay } from './relay.js';

export function addRelayGauges(registry: MetricsRegistry, relay: Relay): void {
  addGauge(registry, {
    name: 'outbox_depth',
    help: 'Events not yet published, of all processes',
    read: () => relay.depth(),
  });
  addGauge(registry, {
    name: 'outbox_oldest_age_seconds',
    help: 'Age of the oldest event not yet published; absent when there is none',
    read: () => {
      const ageMs = relay.oldestAgeMs();
      return ageMs === null ? undefined : ageMs / 1_000;
    },
  });
}
