/** Rates per second from the moments of single workflows. */
import type { WorkflowTimes } from './workflow-times.js';

/** The ramp-up is over by then; of the end, the last few stragglers are left out. */
const FROM = 0.15;
const TO = 0.95;

/**
 * Starts per second between the first 15 % and the first 95 %.
 * @param notBefore ms since 1970: while orders are still being placed, that load is not what is measured
 */
export function startRate(workflows: readonly WorkflowTimes[], notBefore = 0): number {
  const starts = workflows.map((one) => one.startedAt).sort((a, b) => a - b);
  const placed = starts.findIndex((at) => at >= notBefore);
  const from = Math.max(Math.floor(starts.length * FROM), placed < 0 ? starts.length : placed);
  const to = Math.floor(starts.length * TO);
  return ((to - from) * 1_000) / ((starts[to] ?? Number.NaN) - (starts[from] ?? Number.NaN));
}

/** Workflows per second, from the first start to the last close. */
export function throughRate(workflows: readonly WorkflowTimes[]): number {
  const first = Math.min(...workflows.map((one) => one.startedAt));
  const last = Math.max(...workflows.map((one) => one.closedAt ?? Number.NaN));
  return (workflows.length * 1_000) / (last - first);
}
