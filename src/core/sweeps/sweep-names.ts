/** The sweeps: what mends what nobody finished. Pure, for workflow code too. */
import { scopedName } from '../names.js';

export const SWEEPS = [
  'abandoned-holds',
  'unfinished-endings',
  'late-payments',
  'refunds',
  'overdue-orders',
  'lost-sagas',
  'unstarted-orders',
  'conservation-check',
  'old-figures',
] as const;
export type SweepName = (typeof SWEEPS)[number];

/** The schedule of one sweep in this deployment. */
export function scheduleIdOf(prefix: string, name: SweepName): string {
  return scopedName(prefix, `ordersctl-sweep-${name}`);
}
