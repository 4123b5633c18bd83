/** What a starting stack tells: one line per step, so that a slow one is seen to be slow. */
import type { ServiceName } from './service-names.js';

export const PHASES = ['resolve', 'install', 'start', 'ready', 'migrate', 'ended'] as const;

export interface StackProgress {
  readonly phase: (typeof PHASES)[number];
  /** Absent when it concerns all of them. */
  readonly service?: ServiceName;
  readonly text: string;
  /** How long it took, once it is over. */
  readonly elapsedMs?: number;
}
export type ReportProgress = (progress: StackProgress) => void;

/** Reports the end of a step with its time. */
export async function timed<T>(
  report: ReportProgress,
  progress: Omit<StackProgress, 'elapsedMs'>,
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const value = await work();
  report({ ...progress, elapsedMs: performance.now() - started });
  return value;
}

/** One aligned line for people. */
export function formatProgress({ phase, service, text, elapsedMs }: StackProgress): string {
  const time = elapsedMs === undefined ? '' : `  ${(elapsedMs / 1_000).toFixed(1)} s`;
  return `${phase.padEnd(8)} ${(service ?? 'all').padEnd(9)} ${text}${time}`;
}
