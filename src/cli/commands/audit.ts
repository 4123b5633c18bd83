/** `ordersctl audit`: checks that no unit was lost or sold twice. */
import { Command } from '@commander-js/extra-typings';
import type { AuditedProduct, AuditReport } from '../../core/catalog/audit.js';
import { EXIT } from '../../core/errors.js';
import type { CliContext } from '../context.js';
import { productOption } from '../options.js';
import type { Colours } from '../output/colours.js';
import { renderTable } from '../output/table.js';

export function makeAuditCommand(context: CliContext) {
  return new Command('audit')
    .description(
      'Checks for every product that seeded = available + held + sold in Postgres, and that Redis agrees:\n' +
        'its counter plus the units in flight are what Postgres has available. Exit code 3 when not.',
    )
    .addOption(productOption())
    .addHelpText('after', EXAMPLES)
    .action(async ({ product }) => {
      const [{ auditProducts }, { withStores }, { checkSchema }] = await Promise.all([
        import('../../core/catalog/audit.js'),
        import('../with-stores.js'),
        import('../../core/postgres/check-schema.js'),
      ]);
      const config = await context.loadConfig();
      const report = await withStores(context, config, async (stores) => {
        const db = await stores.postgres();
        await checkSchema(db);
        return auditProducts({ db, redis: await stores.redis(), prefix: config.prefix }, product);
      });
      if (report.unavailable) context.exitWith(EXIT.unreachable);
      else if (!report.ok) context.exitWith(EXIT.problem);
      show(context, report);
    });
}

const EXAMPLES = `
Columns: available units, units held by orders not yet final, units sold, the counter in Redis, units in flight (held in
Redis for orders that are being written or given back), and the drift between Redis and Postgres.

Examples:
  $ ordersctl audit
  $ ordersctl audit --product tee --json`;

function show({ output }: CliContext, report: AuditReport): void {
  if (output.json) return output.data(report);
  const { colours } = output;
  if (report.products.length === 0) return output.line('no product has stock yet');
  const number = (value: number | null) => (value === null ? '?' : String(value));
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
  if (report.unavailable) return output.note('Redis is away: only Postgres was checked');
  const wrong = report.products.filter((row) => row.problem !== null).length;
  if (wrong > 0) return output.note(`${wrong} of ${report.products.length} products need a look`);
  output.line('every unit is accounted for: seeded = available + held + sold, and Redis agrees');
}

function verdictOf({ problem, drift }: AuditedProduct, colours: Colours): string {
  if (problem) return colours.bad(PROBLEMS[problem]);
  return drift === null ? colours.warning('only Postgres') : colours.good('ok');
}

const PROBLEMS = {
  unbalanced: 'orders and stock row disagree',
  'not-loaded': 'not loaded in Redis: run restore',
  'other-epoch': 'loaded under another epoch: run restore',
  drift: 'Redis and Postgres disagree',
} as const satisfies Record<NonNullable<AuditedProduct['problem']>, string>;
