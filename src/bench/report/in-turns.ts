/** Measures subjects in turns, so that whatever disturbs the machine disturbs all of them alike. */

export interface Turns<Subject> {
  readonly subjects: readonly Subject[];
  readonly rounds: number;
  /** Counts from 1. */
  readonly onRound: (round: number) => void;
}

/** Per second, one of each round. */
export type Rates<Name extends string> = Partial<Record<Name, number[]>>;

/** @param measure gives a rate per second */
export async function measureInTurns<Name extends string, Subject extends { readonly name: Name }>(
  { subjects, rounds, onRound }: Turns<Subject>,
  measure: (subject: Subject) => Promise<number>,
): Promise<Rates<Name>> {
  const rates: Rates<Name> = {};
  for (let round = 0; round < rounds; round += 1) {
    onRound(round + 1);
    // The order is turned each round, since each subject leaves work behind for the next.
    const turn = round % subjects.length;
    for (const subject of [...subjects.slice(turn), ...subjects.slice(0, turn)]) {
      const rate = await measure(subject);
      (rates[subject.name] ??= []).push(rate);
    }
  }
  return rates;
}

/** One number per round: a slow round slows both. */
export function ratios<Name extends string>(rates: Rates<Name>, name: Name, reference: Name): number[] {
  const below = rates[reference] ?? [];
  return (rates[name] ?? []).map((rate, round) => rate / (below[round] ?? Number.NaN));
}
