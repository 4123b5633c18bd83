/** Collects a report, writes it in the form that was asked for, and lets the exit code tell of a problem. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { requireSettings } from '../../core/config/require-settings.js';
import { AppError, EXIT } from '../../core/errors.js';
import { checkSchema } from '../../core/postgres/check-schema.js';
import { collectReport, type ReportQuery } from '../../core/report/collect-report.js';
import type { Report } from '../../core/report/report.js';
import type { Moment } from '../../core/report/window.js';
import type { CliContext } from '../context.js';
import { withStores } from '../with-stores.js';
import { countLetters } from './count-letters.js';
import type { CsvTable } from './forms.js';
import { renderCsv } from './render-csv.js';
import { createSecondsTable } from './seconds-table.js';
import { renderText } from './render-text.js';
import { takenError, writeReportFile } from './write-report-file.js';

export interface ReportOptions {
  readonly product?: readonly string[];
  readonly since?: Moment;
  readonly until?: Moment;
  /** A file, or `-`. */
  readonly html?: string;
  /** A file, `-`, or true for standard output. */
  readonly csv?: string | true;
  readonly table?: CsvTable;
  readonly force?: true;
  readonly withCustomers?: true;
  /** Milliseconds, of one statement. */
  readonly timeout: number;
}

/**
 * @throws AppError USAGE, REFUSED before anything is read; PRODUCT_NOT_FOUND; UNAVAILABLE when Postgres is away
 */
export async function runReport(context: CliContext, options: ReportOptions): Promise<void> {
  const form = formOf(context, options);
  const config = requireSettings(await context.loadConfig(), ['databaseUrl']);
  const seconds = createSecondsTable();
  const query: ReportQuery = {
    ...(options.product && { productIds: [...new Set(options.product)] }),
    ...(options.since && { since: options.since }),
    ...(options.until && { until: options.until }),
    ...(options.withCustomers && { withCustomers: true }),
    ...(form.kind === 'csv' && form.table === 'sales-per-second' && { onSeconds: seconds.add }),
  };
  const report = await withStores(
    context,
    config,
    async (stores) => {
      const pool = await stores.postgres();
      await checkSchema(pool);
      const asksKafka =
        config.kafkaBrokers === undefined ? undefined : requireSettings(config, ['kafkaBrokers']);
      return collectReport(
        { pool, ...(asksKafka && { countDeadLetters: (ids) => countLetters(asksKafka, stores, ids) }) },
        query,
      );
    },
    { statementTimeoutMs: options.timeout },
  );
  await show(context, form, report, seconds.lines, options.force === true);
  if (report.verdict === 'failed') context.exitWith(EXIT.problem);
}

type Form =
  | { readonly kind: 'text' | 'json'; readonly file: '-' }
  | { readonly kind: 'html'; readonly file: string }
  | { readonly kind: 'csv'; readonly file: string; readonly table: CsvTable };

/** @throws AppError USAGE for forms that exclude each other, REFUSED for a file that is there */
function formOf({ io, output }: CliContext, options: ReportOptions): Form {
  const { html, csv, table, force } = options;
  if (html === undefined && csv === undefined) {
    if (table !== undefined) throw new AppError('USAGE', '--table is for --csv', { hint: 'Add --csv' });
    return { kind: output.json ? 'json' : 'text', file: '-' };
  }
  const file = html ?? (csv === true || csv === undefined ? '-' : csv);
  if (output.json && file === '-') {
    throw new AppError('USAGE', '--json and the other form would share standard output', {
      hint: 'Choose one of them, or give the other a file',
    });
  }
  if (file !== '-' && force !== true && existsSync(resolve(io.cwd, file))) throw takenError(file);
  return html === undefined ? { kind: 'csv', file, table: table ?? 'products' } : { kind: 'html', file };
}

async function show(
  { io, output }: CliContext,
  form: Form,
  report: Report,
  seconds: readonly string[],
  force: boolean,
): Promise<void> {
  if (form.kind === 'json') return output.data(report);
  if (form.kind === 'text') return output.line(renderText(output, report));
  const text =
    form.kind === 'csv'
      ? renderCsv(report, form.table, seconds)
      : (await import('./html/render-html.js')).renderHtml(report);
  if (form.file === '-') return output.line(text.trimEnd());
  await writeReportFile({ cwd: io.cwd, file: form.file, force }, text);
  if (output.json) return output.data(report);
  output.note(`${form.file} is written: ${verdictLine(report)}`);
}

function verdictLine(report: Report): string {
  return report.verdict === 'passed'
    ? '0 units oversold, every unit is accounted for'
    : 'THE BOOKS DO NOT AGREE';
}
