/** What a demo reports: the report of its rehearsal, with what goes on running. */
import { isRole } from '../rehearse/names.js';
import type { RehearsalReport } from '../rehearse/report.js';
import type { Role } from '../../core/names.js';

/** Additive changes only. */
export interface DemoReport extends Omit<RehearsalReport, 'run' | 'killed' | 'targets' | 'verdict'> {
  readonly verdict: 'passed' | 'failed';
  readonly killed: {
    readonly role: Role;
    readonly afterSeconds: number;
    readonly backAfterSeconds: number;
  } | null;
  /** With --keep: what goes on running. */
  readonly kept: { readonly api: string; readonly folder: string } | null;
}

export function toDemoReport(
  { run: _run, killed, targets: _targets, verdict, ...report }: RehearsalReport,
  kept: DemoReport['kept'],
): DemoReport {
  const [first] = killed;
  return {
    ...report,
    verdict: verdict === 'passed' ? 'passed' : 'failed',
    killed:
      first && isRole(first.point)
        ? {
            role: first.point,
            afterSeconds: first.afterSeconds,
            backAfterSeconds: first.backAfterSeconds,
          }
        : null,
    kept,
  };
}
