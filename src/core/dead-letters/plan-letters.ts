/** Decides what is done with dead letters, before anything is. */
import { scopedName, TOPICS, type TopicName } from '../names.js';
import { MAX_REPLAYS } from './limits.js';
import type { FoundLetter } from './scan-letters.js';

/**
 * replay: to be sent; drop: to be taken off the list; quarantined: came back too often; skip: replayed or dropped before, or of no topic that is read
 * here.
 */
export type LetterAction = 'replay' | 'drop' | 'quarantined' | 'skip';

export interface PlannedLetter {
  readonly letter: FoundLetter;
  readonly action: LetterAction;
  /** Where to; null when it comes from no topic that is read here, or goes nowhere. */
  readonly topic: TopicName | null;
  /** Why nothing is done with it; null otherwise. */
  readonly why: string | null;
}

const READ_TOPICS: readonly TopicName[] = [TOPICS.reservations, TOPICS.products];

/** @param options.force true: also those in quarantine, and those that were replayed or dropped before */
export function planLetterReplay(
  letters: readonly FoundLetter[],
  options: { readonly prefix: string; readonly force: boolean },
): PlannedLetter[] {
  return letters.map((letter) => {
    const topic =
      READ_TOPICS.find((name) => scopedName(options.prefix, name) === letter.source?.topic) ?? null;
    if (topic === null) {
      const from = letter.source?.topic ?? 'an unknown topic';
      return { letter, topic, action: 'skip', why: `it comes from ${from}` };
    }
    if (options.force) return { letter, topic, action: 'replay', why: null };
    if (letter.state === 'replayed' || letter.state === 'dropped')
      return { letter, topic, action: 'skip', why: `${letter.state} before` };
    if (letter.replays >= MAX_REPLAYS)
      return { letter, topic, action: 'quarantined', why: `came back ${letter.replays} times` };
    return { letter, topic, action: 'replay', why: null };
  });
}

export function planLetterDrop(letters: readonly FoundLetter[]): PlannedLetter[] {
  return letters.map((letter) =>
    letter.state === 'replayed' || letter.state === 'dropped'
      ? { letter, topic: null, action: 'skip', why: `${letter.state} before` }
      : { letter, topic: null, action: 'drop', why: null },
  );
}
