import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { makeReport } from '../../../src/bench/rehearse/make-report.js';
import { toDemoReport, type DemoReport } from '../../../src/bench/demo/report.js';
import { createContext } from '../../../src/cli/context.js';
import { NO_FLAGS } from '../../../src/cli/global-flags.js';
import { showReport } from '../../../src/cli/demo/show-report.js';
import { quietSale } from '../../bench/rehearse/quiet-sale.js';

const reportOf = (more: Parameters<typeof quietSale>[0] = {}, kept: DemoReport['kept'] = null) =>
  toDemoReport(makeReport(quietSale(more)), kept);

function shown(report: DemoReport, json = false): string {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io = { stdout, stderr, stdin: new PassThrough(), env: {}, cwd: '/shop', forceExit: () => undefined };
  showReport(createContext(io, { ...NO_FLAGS, json }), report);
  return String(stdout.read());
}

describe('the report of a demo', () => {
  it('tells figures, products, checks and the verdict', () => {
    expect(shown(reportOf()).split('\n')).toEqual([
      '',
      'sale            6 buyers, 4 units of 1 products, 8 requests in 15 s',
      'accepted        3 orders, 4 units',
      'refused         3 buyers: SOLD_OUT 3',
      'confirmed       2 orders, 3 units',
      'failed          1 orders, 1 units given back',
      'accept          p50 8 ms, p95 8 ms, p99 8 ms',
      'any answer      p50 5 ms, p95 5 ms, p99 5 ms',
      '202 to saga     p50 50 ms, p95 110 ms, p99 135 ms',
      'sent late by    p50 1 ms, p95 1 ms, p99 1 ms',
      'machine         2 cores, load average 1.5',
      'read at once    3 of 3 orders were there right after their 202',
      'same key again  2 of 2 repeats gave the same order',
      '',
      'PRODUCT  SEEDED  AVAILABLE  HELD  SOLD  REDIS  IN FLIGHT  DRIFT',
      'tee           4          1     0     3      1          0      0',
      '',
      'ok      no unit was sold twice (0 oversold)',
      'ok      every buyer came to an end (6 of 6)',
      'ok      every 202 was readable at once (3 of 3 that were answered)',
      'ok      every 202 is an order of that buyer (3 of 3)',
      'ok      no order but those that were answered with 202, or whose answer was lost (0 others, of 0 buyers without their answer)',
      'ok      the same key gave the same order (2 of 2 repeats)',
      'ok      buyers were refused only because all was sold, or asked to come again (no other reason, 0 gave up)',
      'ok      no unit stayed unsold while buyers gave up (0 gave up, 0 units never sold)',
      'ok      nobody waited in vain for an answer (0 buyers gave up without one)',
      'ok      every order came to its end (3 of 3)',
      'ok      every order came to its right end (2 confirmed, 1 failed, 0 wrongly ended)',
      'ok      every order has the price that was seeded (3 of 3)',
      'ok      no customer has more than the limit (0 customers have more than 6 units)',
      'ok      units are conserved in Postgres, and Redis agrees (1 products, drift 0, in flight 0)',
      'ok      no process ended by itself (none)',
      '',
      'VERDICT: PASSED, 0 units oversold, 42 s in all',
      '',
    ]);
  });

  it('says which check failed, and what was killed', () => {
    const kills = [{ point: 'serve', afterSeconds: 2.1, backAfterSeconds: 1.4 }] as const;
    const text = shown(reportOf({ crashes: ['worker ended with exit code 1'], kills }));
    expect(text).toContain('FAILED  no process ended by itself (worker ended with exit code 1)');
    expect(text).toContain('VERDICT: FAILED');
    expect(text).toContain('killed          serve after 2.1 s, back 1.4 s later');
  });

  it('gives the next three commands for a demo that was kept, in its folder', () => {
    const kept = { api: 'http://127.0.0.1:24001', folder: '/shop/.ordersctl/demo' };
    const text = shown(reportOf({}, kept));
    expect(text).toContain('The API is http://127.0.0.1:24001');
    expect(text).toMatch(
      /cd \.ordersctl\/demo\n {2}npx ordersctl top\n {2}npx ordersctl list.*\n {2}npx ordersctl audit/,
    );
    expect(text).toContain('npx ordersctl dev down');
  });

  it('is the report itself as JSON', () => {
    const report = reportOf();
    expect(JSON.parse(shown(report, true))).toEqual(report);
  });
});
