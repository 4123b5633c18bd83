/** Measures subjects in turns, so that whatever disturbs the machine disturbs all of them alike. */
import { AppError } from '../../core/errors.js';
import { closedLoad } from './http-load.js';
import type { Subject, SubjectName } from './subjects.js';

export interface RoundsOptions {
  readonly subjects: readonly Subject[];
  readonly rounds: number;
  readonly connections: number;
  readonly durationMs: number;
  readonly signal: AbortSignal;
  readonly onRound: (round: number) => void;
}

/** Requests per second of each round. */
export type Rates = Partial<Record<SubjectName, number[]>>;

/** @throws AppError INTERNAL when a subject answers anything but what it should: its rate would mean nothing */
export async function measureRounds(options: RoundsOptions): Promise<Rates> {
  const rates: Rates = {};
  for (let round = 0; round < options.rounds; round += 1) {
    options.onRound(round + 1);
    // The order is turned each round, since each subject leaves work behind for the next.
    const turn = round % options.subjects.length;
    for (const subject of [...options.subjects.slice(turn), ...options.subjects.slice(0, turn)]) {
      const { requests, elapsedMs, statuses } = await closedLoad({ ...options, ...subject });
      const right = statuses[subject.status] ?? 0;
      if (right < requests) {
        throw new AppError('INTERNAL', `${subject.name} answered ${JSON.stringify(statuses)}`);
      }
      (rates[subject.name] ??= []).push((requests * 1_000) / elapsedMs);
    }
  }
  return rates;
}

/** One number per round. */
export function ratios(rates: Rates, name: SubjectName, reference: SubjectName): number[] {
  const below = rates[reference] ?? [];
  return (rates[name] ?? []).map((rate, round) => rate / (below[round] ?? Number.NaN));
}
