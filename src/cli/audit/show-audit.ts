/** An audit for people: one line for each product, and the single things that were found. */
import type { AuditedProduct, AuditProblem, AuditReport } from '../../core/catalog/audit-report.js';
import type { Colours } from '../output/colours.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';
import { renderFindings } from './render-findings.js';

export function showAudit(output: Output, report: AuditReport): void {
  const { colours } = output;
  if (report.products.length === 0) return output.line('no product has stock yet');
  output.line(
    renderTable<AuditedProduct>(
      output,
      [
        { title: 'product', value: (row) => row.productId },
        { title: 'seeded', value: (row) => number(row.seeded), align: 'right' },
        { title: 'available', value: (row) => number(row.available), align: 'right' },
        { title: 'held', value: (row) => number(row.held), align: 'right' },
        { title: 'sold', value: (row) => number(row.sold), align: 'right' },
        { title: 'redis', value: (row) => number(row.redisAvailable), align: 'right' },
        { title: 'in flight', value: (row) => number(row.inFlight), align: 'right' },
        { title: 'drift', value: (row) => number(row.drift), align: 'right' },
        { title: 'verdict', value: (row) => verdictOf(row, colours) },
      ],
      report.products,
    ),
  );
  for (const product of report.products) {
    const findings = renderFindings(output, product);
    if (findings !== '') output.line(`\n${findings}`);
  }
  if (report.unavailable) return output.note('Redis is away: only Postgres was checked');
  const wrong = report.products.filter((row) => row.problem !== null).length;
  if (wrong === 0) {
    return output.line('every unit is accounted for: seeded = available + held + sold, and Redis agrees');
  }
  output.note(`${wrong} of ${report.products.length} products need a look`);
  output.note('ordersctl audit --repair --dry-run shows what would mend it');
}

function number(value: number | null): string {
  return value === null ? '?' : String(value);
}

function verdictOf({ problems, drift }: AuditedProduct, colours: Colours): string {
  const [first, ...more] = problems;
  if (first) return colours.bad(`${PROBLEMS[first]}${more.length > 0 ? ` (and ${more.length} more)` : ''}`);
  return drift === null ? colours.warning('only Postgres') : colours.good('ok');
}

const PROBLEMS = {
  unbalanced: 'orders and stock row disagree',
  'not-loaded': 'not loaded in Redis',
  'other-epoch': 'loaded under another epoch',
  drift: 'Redis and Postgres disagree',
  unreadable: 'unreadable holds',
  totals: 'total of holds is wrong',
  leaked: 'leaked holds',
  missing: 'orders without hold',
  customers: 'customers counted wrong',
  unfinished: 'unfinished endings',
  marks: 'ended, but not marked',
  money: 'money in the wrong place',
} as const satisfies Record<AuditProblem, string>;
