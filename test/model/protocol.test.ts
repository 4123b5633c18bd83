/**
 * The reservation protocol, searched over every interleaving of two buyers, their servers, the sweep, the saga and the
 * stores. Each rule switched off must lead to a violation, or the search would prove nothing.
 */
import { describe, expect, it } from 'vitest';
import { explore } from './explore.js';
import { protocolModel, type Sale } from './protocol.js';
import type { Rules } from './rules.js';

const SALES: readonly (readonly [what: string, sale: Sale])[] = [
  [
    'lost replies, strays and crashes',
    { buyers: 2, units: 1, faults: { lostReplies: 1, strays: 1, crashes: 1 } },
  ],
  ['Redis losing everything', { buyers: 2, units: 1, faults: { losses: 1, strays: 1 } }],
  [
    'everything at once for one buyer',
    {
      buyers: 1,
      units: 3,
      faults: { lostReplies: 1, strays: 1, crashes: 1, losses: 1, latePayments: 1, days: 1 },
    },
  ],
  ['Redis coming back as an older copy', { buyers: 2, units: 1, faults: { olderCopies: 1 } }],
  ['a load in the middle of the sale', { buyers: 2, units: 2, faults: { reloads: 1, crashes: 1 } }],
  ['late payments', { buyers: 2, units: 1, faults: { latePayments: 1, strays: 1, crashes: 1 } }],
];

describe('the protocol holds with', () => {
  it.each(SALES)('%s', (_what, sale) => {
    const { complete, violations, states } = explore(protocolModel(sale), { maxStates: 100_000 });
    expect([...violations]).toEqual([]);
    expect(complete).toBe(true);
    expect(states).toBeGreaterThan(1_000);
  });
});

const VARIANTS: readonly (readonly [what: string, rules: Partial<Rules>, sale: Sale, violation: string])[] = [
  [
    'a reserve that only decrements loses a unit with the reply',
    { answersEarlierHold: false },
    { buyers: 1, units: 2, faults: { lostReplies: 1 } },
    'I3 Redis has lost units',
  ],
  [
    'without a done mark a stray reserve takes a unit for an order that is over',
    { leavesDoneMark: false },
    { buyers: 1, units: 2, faults: { strays: 1, crashes: 1 } },
    'I3 Redis has lost units',
  ],
  [
    'a counter in Redis as the only authority oversells once its tail is lost',
    { claimsInPostgres: false },
    { buyers: 2, units: 1, faults: { olderCopies: 1 } },
    'I1 oversold',
  ],
  [
    'a sweep that reads "no order yet" and releases oversells',
    { abandonsFirst: false, claimsInPostgres: false },
    { buyers: 2, units: 1, faults: {} },
    'I1 oversold',
  ],
  [
    'a sweep that reads "no order yet" offers sold units again even where Postgres decides',
    { abandonsFirst: false },
    { buyers: 1, units: 1, faults: {} },
    'I3 Redis offers units that are gone',
  ],
  [
    'without an epoch, orders of holds that a load left out are units that Redis offers again',
    { fencesByEpoch: false },
    { buyers: 1, units: 1, faults: { reloads: 1 } },
    'I3 Redis offers units that are gone',
  ],
  [
    'a load that does not close the product first undoes what ends meanwhile',
    { unloadsFirst: false },
    { buyers: 1, units: 1, faults: { reloads: 1 } },
    'I3 Redis offers units that are gone',
  ],
  [
    'a load that forgets which reservations have ended lets a settle end the hold of a resend',
    { loadsDoneMarks: false },
    { buyers: 1, units: 2, faults: { losses: 1, strays: 1 } },
    'I3 Redis has lost units',
  ],
  [
    'a sweep that settles duplicates loses their units',
    { releasesDuplicates: false },
    { buyers: 1, units: 2, faults: { days: 1, strays: 1 } },
    'I3 Redis has lost units',
  ],
  [
    'a delayed release that names no generation undoes a later take',
    { namesGenerations: false },
    { buyers: 1, units: 1, faults: { latePayments: 1, strays: 1 } },
    'I3 Redis offers units that are gone',
  ],
];

describe('a naive variant fails:', () => {
  it.each(VARIANTS)('%s', (_what, rules, sale, violation) => {
    const broken = explore(protocolModel({ ...sale, rules }), { maxStates: 100_000, until: violation });
    expect([...broken.violations.keys()]).toContain(violation);
    // The same sale with all rules has none: it is this rule that makes the difference.
    const sound = explore(protocolModel(sale), { maxStates: 100_000 });
    expect([...sound.violations]).toEqual([]);
  });
});
