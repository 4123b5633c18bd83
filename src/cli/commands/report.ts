/** `ordersctl report`: the closing report of a sale. */
import { Command, Option } from '@commander-js/extra-typings';
import { parseDuration } from '../../core/duration.js';
import { AppError } from '../../core/errors.js';
import type { CliContext } from '../context.js';
import { productOption } from '../options.js';
import { CSV_TABLES, DEFAULT_TIMEOUT_MS } from '../report/forms.js';
import { parseMoment } from '../report/parse-moment.js';

export function makeReportCommand(context: CliContext) {
  return new Command('report')
    .description(
      'The closing report of a sale: units, orders, money, refusals, times, what operators did, and the proof that ' +
        'no unit was sold twice. Orders count by when they were accepted, and as they stand now. Changes nothing, and ' +
        'needs Postgres alone. Exit code 3: units are oversold or not conserved.',
    )
    .addOption(productOption())
    .addOption(
      new Option(
        '--since <time>',
        'orders from then on: a time, or so long ago; default: the first order',
      ).argParser(parseMoment),
    )
    .addOption(
      new Option(
        '--until <time>',
        'orders up to then: a time, or so long ago; default: the last order',
      ).argParser(parseMoment),
    )
    .addOption(
      new Option(
        '--html <file>',
        'one page that needs nothing else, to a file or - for standard output',
      ).conflicts(['csv', 'table']),
    )
    .addOption(new Option('--csv [file]', 'a table as CSV, to a file or standard output'))
    .addOption(new Option('--table <name>', `which table: ${CSV_TABLES.join(', ')}`).argParser(parseTable))
    .addOption(new Option('--force', 'write over a file that is there'))
    .addOption(new Option('--with-customers', 'name the ten customers with the most units: personal data'))
    .addOption(
      new Option('--timeout <duration>', 'longest time for one statement in Postgres')
        .argParser(parseDuration)
        .default(DEFAULT_TIMEOUT_MS, `${DEFAULT_TIMEOUT_MS / 1_000}s`),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const { runReport } = await import('../report/run-report.js');
      await runReport(context, options);
    });
}

const EXAMPLES = `
Refusals and the times of accepted requests are kept for a week: a report of an older sale says so and is without them.

Examples:
  $ ordersctl report
  $ ordersctl report --product tee --product mug --since 2h
  $ ordersctl report --since 2026-11-27T09:00Z --until 2026-11-27T12:00Z --json
  $ ordersctl report --html sale.html                        # one page, to mail or print
  $ ordersctl report --csv > products.csv                    # one line for each product
  $ ordersctl report --csv --table sales-per-second          # for a spreadsheet`;

function parseTable(text: string): (typeof CSV_TABLES)[number] {
  const table = CSV_TABLES.find((name) => name === text);
  if (table) return table;
  throw new AppError('USAGE', `"${text}" is not a table`, { hint: `One of ${CSV_TABLES.join(', ')}` });
}
