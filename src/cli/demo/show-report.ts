/** The report of a demo for people, or as JSON. */
import { relative } from 'node:path';
import type { DemoReport, Times } from '../../bench/demo/report.js';
import type { AuditedProduct } from '../../core/catalog/audit-report.js';
import type { CliContext } from '../context.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';

export function showReport({ io, output }: CliContext, report: DemoReport): void {
  if (output.json) return output.data(report);
  output.line();
  for (const [label, text] of figuresOf(report))
    output.line(`${output.colours.heading(label.padEnd(16))}${text}`);
  output.line();
  output.line(productTable(output, report.products));
  output.line();
  for (const { ok, name, detail } of report.checks) {
    const mark = ok ? output.colours.good('ok    ') : output.colours.bad('FAILED');
    output.line(`${mark}  ${name} (${detail})`);
  }
  output.line();
  output.line(verdictOf(output, report));
  if (report.kept)
    for (const line of nextSteps(report.kept, relative(io.cwd, report.kept.folder))) output.line(line);
}

function figuresOf(report: DemoReport): [label: string, text: string][] {
  const { sale, orders, latency, killed, readAtOnce, repeatedKeys } = report;
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
    ['202 to saga', timesText(latency.start)],
    ['machine', `${report.machine.cores} cores, load average ${report.machine.loadAverage}`],
    ['read at once', `${readAtOnce.readable} of ${readAtOnce.asked} orders were there right after their 202`],
    ['same key again', `${repeatedKeys.sameOrder} of ${repeatedKeys.asked} repeats gave the same order`],
  ];
  if (Object.keys(report.unanswered).length > 0) figures.push(['answer lost', breakdown(report.unanswered)]);
  if (killed)
    figures.push([
      'killed',
      `${killed.role} after ${killed.afterSeconds} s, back ${killed.backAfterSeconds} s later`,
    ]);
  return figures;
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

function verdictOf(output: Output, { verdict, oversold, totalSeconds }: DemoReport): string {
  const passed = verdict === 'passed';
  const text = `VERDICT: ${passed ? 'PASSED' : 'FAILED'}, ${oversold} units oversold, ${totalSeconds} s in all`;
  return passed ? output.colours.good(text) : output.colours.bad(text);
}

/** Commands to paste, from the folder where the demo was started. */
function nextSteps({ api }: { readonly api: string }, folder: string): string[] {
  return [
    '',
    `It all goes on running. The API is ${api}; in ${folder} every command finds the servers:`,
    '',
    `  cd ${folder}`,
    '  npx ordersctl top',
    '  npx ordersctl list --limit 5',
    '  npx ordersctl audit',
    '',
    'For other programs: eval "$(npx ordersctl dev env)". To end it all: npx ordersctl dev down',
  ];
}
