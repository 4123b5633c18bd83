/** Puts the report together from what was observed. Pure. */
import { isFinal } from '../../core/order.js';
import { areTimesJudged } from './judge-latency.js';
import { judge, oversoldUnits, unitsOf } from './judge.js';
import type { Observations } from './observations.js';
import { timesOf, type LatencyTargets, type RehearsalReport } from './report.js';

export interface Facts extends Observations {
  readonly run: string;
  readonly saleMs: number;
  readonly totalMs: number;
  readonly start: RehearsalReport['latency']['start'];
  readonly machine: RehearsalReport['machine'];
}

export function makeReport(facts: Facts): RehearsalReport {
  const { tally, orders, goods, audit } = facts;
  const checks = judge(facts);
  const confirmed = orders.filter((order) => order.status === 'CONFIRMED');
  const failed = orders.filter((order) => isFinal(order.status) && order.status !== 'CONFIRMED');
  return {
    schemaVersion: 1,
    run: facts.run,
    verdict: !checks.every((one) => one.ok) ? 'failed' : facts.cutShort ? 'interrupted' : 'passed',
    oversold: oversoldUnits(facts),
    sale: {
      buyers: facts.buyers,
      units: unitsOf(goods),
      products: goods.length,
      seconds: toSeconds(facts.saleMs),
      requests: tally.requests,
    },
    orders: {
      accepted: tally.accepted.length,
      acceptedUnits: unitsOf(tally.accepted),
      confirmed: confirmed.length,
      confirmedUnits: unitsOf(confirmed),
      failed: failed.length,
      givenBackUnits: unitsOf(failed),
    },
    refused: tally.refused,
    unanswered: tally.unanswered,
    hungUp: tally.hungUp,
    paidByHand: { inTime: tally.paidByHand.length, tooLate: tally.paidTooLate.length },
    cheats: tally.tricks,
    machine: facts.machine,
    latency: {
      accept: timesOf((share) => tally.accept.percentile(share)),
      answer: timesOf((share) => tally.answer.percentile(share)),
      start: facts.start,
      sending: timesOf((share) => tally.lateness.percentile(share)),
    },
    targets: targetsOf(facts),
    readAtOnce: {
      asked: tally.readAtOnce + tally.unreadable.length,
      readable: tally.readAtOnce,
    },
    repeatedKeys: { asked: tally.repeats.same + tally.repeats.different, sameOrder: tally.repeats.same },
    killed: facts.kills,
    products: audit.products,
    checks,
    totalSeconds: toSeconds(facts.totalMs),
  };
}

function targetsOf(facts: Facts): (LatencyTargets & { judged: boolean }) | null {
  return facts.targets && { ...facts.targets, judged: areTimesJudged(facts) };
}

function toSeconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}
