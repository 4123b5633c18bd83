/** Puts the report together from what was observed. Pure. */
import { isFinal } from '../../core/order.js';
import { judge, oversoldUnits, unitsOf, type Observations } from './judge.js';
import { timesOf, type DemoReport } from './report.js';

export interface Facts extends Observations {
  readonly saleMs: number;
  readonly totalMs: number;
  readonly start: DemoReport['latency']['start'];
  readonly killed: DemoReport['killed'];
  readonly kept: DemoReport['kept'];
  readonly machine: DemoReport['machine'];
}

export function makeReport(facts: Facts): DemoReport {
  const { tally, orders, goods, audit } = facts;
  const checks = judge(facts);
  const confirmed = orders.filter((order) => order.status === 'CONFIRMED');
  const failed = orders.filter((order) => isFinal(order.status) && order.status !== 'CONFIRMED');
  return {
    schemaVersion: 1,
    verdict: checks.every((one) => one.ok) ? 'passed' : 'failed',
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
    machine: facts.machine,
    latency: { accept: timesOf((share) => tally.accept.percentile(share)), start: facts.start },
    readAtOnce: { asked: tally.accepted.length, readable: tally.accepted.length - tally.unreadable.length },
    repeatedKeys: { asked: tally.repeats.same + tally.repeats.different, sameOrder: tally.repeats.same },
    killed: facts.killed,
    products: audit.products,
    checks,
    totalSeconds: toSeconds(facts.totalMs),
    kept: facts.kept,
  };
}

function toSeconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}
