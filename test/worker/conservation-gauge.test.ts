import { expect, it } from 'vitest';
import { createMetricsRegistry } from '../../src/core/admin/metrics.js';
import { createConservationGauge } from '../../src/worker/conservation-gauge.js';

const setUp = (validMs: number) => {
  const registry = createMetricsRegistry({ role: 'worker', version: '0' });
  const gauge = createConservationGauge(registry, validMs);
  const lines = async () =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith('ordersctl_conservation'));
  return { gauge, lines };
};
const drift = (productId: string, units: number) => ({ productId, problem: 'drift' as const, units });

it('shows nothing before the first check, the drift after it, and its end after the next', async () => {
  const { gauge, lines } = setUp(60_000);
  expect(await lines()).toEqual([]);
  gauge.show([drift('tee', -2)]);
  expect(await lines()).toEqual([
    'ordersctl_conservation_drift{product="tee",problem="drift",role="worker"} -2',
    'ordersctl_conservation_drifting_products{role="worker"} 1',
  ]);
  gauge.show([]);
  expect(await lines()).toEqual(['ordersctl_conservation_drifting_products{role="worker"} 0']);
});

it('shows the fifty products that are furthest off, and how many there are', async () => {
  const { gauge, lines } = setUp(60_000);
  gauge.show(Array.from({ length: 200 }, (_, n) => drift(`p-${n}`, n % 2 === 0 ? n : -n)));
  const found = await lines();
  expect(found).toHaveLength(51);
  expect(found[0]).toContain('product="p-199"');
  expect(found.at(-1)).toMatch(/ 200$/);
});

it('forgets what it found long ago: another worker may have found it mended', async () => {
  const { gauge, lines } = setUp(0);
  gauge.show([drift('tee', -2)]);
  expect(await lines()).toEqual([]);
});
