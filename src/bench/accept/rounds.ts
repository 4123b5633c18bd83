/** The rounds of the closed model. */
import { AppError } from '../../core/errors.js';
import { measureInTurns, type Rates, type Turns } from '../report/in-turns.js';
import { closedLoad } from './http-load.js';
import type { Subject, SubjectName } from './subjects.js';

export interface RoundsOptions extends Turns<Subject> {
  readonly connections: number;
  readonly durationMs: number;
  readonly signal: AbortSignal;
}

/** @throws AppError INTERNAL when a subject answers anything but what it should: its rate would mean nothing */
export async function measureRounds(options: RoundsOptions): Promise<Rates<SubjectName>> {
  return measureInTurns(options, async (subject) => {
    const { requests, elapsedMs, statuses } = await closedLoad({ ...options, ...subject });
    const right = statuses[subject.status] ?? 0;
    if (right < requests) {
      throw new AppError('INTERNAL', `${subject.name} answered ${JSON.stringify(statuses)}`);
    }
    return (requests * 1_000) / elapsedMs;
  });
}
