import { describe, expect, it } from 'vitest';
import { createLatency } from '../../../src/bench/load/latency.js';

describe('latency', () => {
  it('is not known before anything was recorded', () => {
    expect(createLatency().percentile(0.5)).toBeNull();
  });

  it('has percentiles exact to about a thousandth', () => {
    const latency = createLatency();
    for (let ms = 1; ms <= 1_000; ms += 1) latency.record(ms);
    for (const share of [0.5, 0.95, 0.99]) {
      expect(Math.abs((latency.percentile(share) ?? 0) / (share * 1_000) - 1)).toBeLessThan(0.002);
    }
    expect(latency.count()).toBe(1_000);
  });

  it('keeps times below a millisecond apart', () => {
    const latency = createLatency();
    latency.record(0.25);
    expect(latency.percentile(0.5)).toBe(0.25);
  });
});
