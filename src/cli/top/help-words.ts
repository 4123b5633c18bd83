/** The help of each view: its keys, and what its words mean. */
import { keysOf } from './keys.js';
import type { ScreenName } from './state/screens.js';

type Words = readonly (readonly [word: string, meaning: string])[];

const NEEDS: Words = [['hop', 'where an order stands, as in inspect']];

const HELP_WORDS: Readonly<Record<ScreenName, Words>> = {
  overview: [
    ['refused', 'answered with a reason: sold out, a limit'],
    ['503/s', 'turned away: overloaded, paused, away'],
    ['gate', 'requests that came in'],
    ['outbox', 'events that Kafka has not acknowledged'],
    ['lag', 'orders that consume has not taken'],
    ['sagas', 'tasks in Temporal that wait for a worker'],
    ['paid', 'orders confirmed'],
    ['stuck', 'orders nobody moves, for over a minute'],
    ['ETA-0', 'until all are claimed at this pace'],
    ['conserved', 'seeded = available + held + sold'],
    ['DRIFT', 'Redis differs from Postgres for 10 s'],
  ],
  orders: [
    ['problem', 'ended without a sale, or old and PENDING'],
    ['filter', 'a whole product id reads its orders alone'],
  ],
  stuck: NEEDS,
  kafka: [
    ['END', 'offset of the next message'],
    ['COMMITTED', 'where the group goes on'],
    ['READ', 'whether a member of the group reads it'],
    ['alive', 'gave a sign of life in the last 30 s'],
  ],
  log: [
    ['operator', 'a command that changed something'],
    ['over', 'attention that is gone'],
  ],
};

export interface HelpEntry {
  readonly term: string;
  readonly text: string;
}

/** @param allowActions false tells with which option a key would do something */
export function helpEntries(screen: ScreenName, allowActions: boolean): HelpEntry[] {
  const keys = keysOf(screen).map(({ label, help, isAction }) => {
    return { term: label, text: isAction && !allowActions ? `${help}: needs --allow-actions` : help };
  });
  return [...keys, ...HELP_WORDS[screen].map(([term, text]) => ({ term, text }))];
}

export function helpLines(screen: ScreenName): number {
  return helpEntries(screen, true).length;
}
