/** The sweeps: what mends what nobody finished. Pure, for workflow code too. */
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
