/** The report of a rehearsal, or of a demo, for people or as JSON. */
import type { DemoReport } from '../../bench/demo/report.js';
import type { Kill, RehearsalReport, Times } from '../../bench/rehearse/report.js';
import type { AuditedProduct } from '../../core/catalog/audit-report.js';
import type { CliContext } from '../context.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';
import { within } from './within.js';

type Shown = Omit<RehearsalReport, 'run' | 'killed' | 'targets'>;

/** Beyond it the buyers' own machine shows in the times. */
const LATE_MS = 250;
const FIGURE_INDENT = 16;
const CHECK_INDENT = 8;

/** For people. @param kills in the order in which they came */
export function showFigures(
  { output }: Pick<CliContext, 'output'>,
  report: Shown,
  kills: readonly Kill[],
): void {
  output.line();
  for (const [label, text] of [...figuresOf(report), ...kills.map(killFigure)])
    output.line(
      `${output.colours.heading(label.padEnd(FIGURE_INDENT))}${within(output, text, FIGURE_INDENT)}`,
    );
  output.line();
  output.line(productTable(output, report.products));
  output.line();
  for (const { ok, name, detail } of report.checks) {
    const mark = ok ? output.colours.good('ok    ') : output.colours.bad('FAILED');
    output.line(`${mark}  ${within(output, `${name} (${detail})`, CHECK_INDENT)}`);
  }
  output.line();
  output.line(verdictOf(output, report));
}

/** @param after one line on what became of its products */
export function showRehearsal(context: CliContext, report: RehearsalReport, after: readonly string[]): void {
  const { output } = context;
  showFigures(context, report, report.killed);
  const { targets, latency } = report;
  if ((latency.sending.p95Ms ?? 0) > LATE_MS)
    output.line(
      within(
        output,
        'The machine of the buyers could not keep up: they were sent late, and the times are its own too.',
        0,
      ),
    );
  if (targets && !targets.judged)
    output.line(`Times were not judged: targets are for a whole sale in which nothing is killed.`);
  for (const line of after) output.line(line);
}

/** As the demo has always said it. */
export function demoKills({ killed }: Pick<DemoReport, 'killed'>): Kill[] {
  return killed ? [{ point: killed.role, ...killed }] : [];
}

function figuresOf(report: Shown): [label: string, text: string][] {
  const { sale, orders, latency, readAtOnce, repeatedKeys, hungUp, paidByHand } = report;
  const cheats = Object.values(report.cheats).reduce(
    (sum, one) => ({
      tried: sum.tried + one.turnedAway + one.succeeded,
      turnedAway: sum.turnedAway + one.turnedAway,
    }),
    { tried: 0, turnedAway: 0 },
  );
  const figures: [string, string][] = [
    [
      'sale',
      `${sale.buyers} buyers, ${sale.units} units of ${sale.products} products, ${sale.requests} requests in ${sale.seconds} s`,
    ],
    ['accepted', `${orders.accepted} orders, ${orders.acceptedUnits} units`],
    ['refused', breakdown(report.refused)],
    ['confirmed', `${orders.confirmed} orders, ${orders.confirmedUnits} units`],
    ['failed', `${orders.failed} orders, ${orders.givenBackUnits} units given back`],
    ['accept', timesText(latency.accept)],
    ['any answer', timesText(latency.answer)],
    ['202 to saga', timesText(latency.start)],
    ['sent late by', timesText(latency.sending)],
    ['machine', `${report.machine.cores} cores, load average ${report.machine.loadAverage}`],
    ['read at once', `${readAtOnce.readable} of ${readAtOnce.asked} orders were there right after their 202`],
    ['same key again', `${repeatedKeys.sameOrder} of ${repeatedKeys.asked} repeats gave the same order`],
  ];
  if (cheats.tried > 0) figures.push(['cheats', `${cheats.turnedAway} of ${cheats.tried} turned away`]);
  if (hungUp > 0) figures.push(['hung up', `${hungUp} buyers did not wait for their answer`]);
  if (paidByHand.inTime + paidByHand.tooLate > 0)
    figures.push(['paid by hand', `${paidByHand.inTime} late but in time, ${paidByHand.tooLate} too late`]);
  if (Object.keys(report.unanswered).length > 0) figures.push(['answer lost', breakdown(report.unanswered)]);
  return figures;
}

function killFigure({ point, afterSeconds, backAfterSeconds }: Kill): [string, string] {
  return ['killed', `${point} after ${afterSeconds} s, back ${backAfterSeconds} s later`];
}

function breakdown(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  return total === 0
    ? '0 buyers'
    : `${total} buyers: ${sorted.map(([code, count]) => `${code} ${count}`).join(', ')}`;
}

function timesText({ p50Ms, p95Ms, p99Ms }: Times): string {
  const text = (ms: number | null) =>
    ms === null ? '-' : `${ms < 100 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`;
  return `p50 ${text(p50Ms)}, p95 ${text(p95Ms)}, p99 ${text(p99Ms)}`;
}

function productTable(output: Output, products: readonly AuditedProduct[]): string {
  const figure = (title: string, value: (product: AuditedProduct) => number | null) => ({
    title,
    align: 'right' as const,
    value: (product: AuditedProduct) => String(value(product) ?? '-'),
  });
  return renderTable(
    output,
    [
      { title: 'product', value: (product) => product.productId },
      figure('seeded', (product) => product.seeded),
      figure('available', (product) => product.available),
      figure('held', (product) => product.held),
      figure('sold', (product) => product.sold),
      figure('redis', (product) => product.redisAvailable),
      figure('in flight', (product) => product.inFlight),
      figure('drift', (product) => product.drift),
    ],
    products,
  );
}

function verdictOf(output: Output, { verdict, oversold, totalSeconds }: Shown): string {
  const text = `VERDICT: ${verdict.toUpperCase()}, ${oversold} units oversold, ${totalSeconds} s in all`;
  return verdict === 'failed' ? output.colours.bad(text) : output.colours.good(text);
}
