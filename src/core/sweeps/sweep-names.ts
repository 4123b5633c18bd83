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

/** What each mends, for help and documentation. */
export const SWEEP_MEANINGS: Readonly<Record<SweepName, string>> = {
  'abandoned-holds': 'holds whose order never came are given back',
  'unfinished-endings': 'what ended orders still have in Redis is given back or settled',
  'late-payments': 'money that came late sells the order again, or goes back',
  refunds: 'money that is due goes back through its gateway',
  'overdue-orders': 'unpaid orders beyond their time end, paid ones are confirmed',
  'lost-sagas': 'workflows that were lost are started again or woken',
  'unstarted-orders': 'orders that no workflow has begun are handed over again',
  'conservation-check': 'changes nothing: says where units do not add up',
  'old-figures': 'figures of more than a week ago are deleted',
};

/** The schedule of one sweep in this deployment. */
export function scheduleIdOf(prefix: string, name: SweepName): string {
  return scopedName(prefix, `ordersctl-sweep-${name}`);
}
