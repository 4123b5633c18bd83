/** Whether buyers were served in time. */
import type { Observations } from './observations.js';
import type { Check } from './report.js';

/** After a blow buyers have to wait, and nobody would set a target for that. */
export function areTimesJudged({ targets, kills, cutShort }: Observations): boolean {
  return targets !== null && kills.length === 0 && !cutShort;
}

export function judgeLatency(seen: Observations): Check[] {
  const { targets, tally } = seen;
  if (targets === null || !areTimesJudged(seen)) return [];
  const one = (name: string, share: number, targetMs: number): Check => {
    const ms = tally.accept.percentile(share);
    const detail = `${ms === null ? 'no order' : `${Math.round(ms)} ms`}, target ${targetMs} ms`;
    return { name: `${name} had a 202 in time`, ok: ms === null || ms <= targetMs, detail };
  };
  return [one('half of the orders', 0.5, targets.p50Ms), one('99 of 100 orders', 0.99, targets.p99Ms)];
}
