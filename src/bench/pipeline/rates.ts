/** Rates per second from the moments of single workflows. */
import type { WorkflowTimes } from './workflow-times.js';

/** Ramp-up, and the load that places the orders, are over by then; of the end, the last few stragglers are left out. */
const FROM = 0.15;
const TO = 0.95;

/** Starts per second between the first 15 % and the first 95 %. */
export function startRate(workflows: readonly WorkflowTimes[]): number {
  const starts = workflows.map((one) => one.startedAt).sort((a, b) => a - b);
  const from = Math.floor(starts.length * FROM);
  const to = Math.floor(starts.length * TO);
  return ((to - from) * 1_000) / ((starts[to] ?? Number.NaN) - (starts[from] ?? Number.NaN));
}

/** Workflows per second, from the first start to the last close. */
export function throughRate(workflows: readonly WorkflowTimes[]): number {
  const first = Math.min(...workflows.map((one) => one.startedAt));
  const last = Math.max(...workflows.map((one) => one.closedAt ?? Number.NaN));
  return (workflows.length * 1_000) / (last - first);
}
