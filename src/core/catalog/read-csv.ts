/** Reads a CSV of products: all of it or nothing, every bad line named by its number. */
import { CsvError, parse, type Info } from 'csv-parse/sync';
import type { z } from 'zod';
import { AppError } from '../errors.js';

export interface CsvFormat<Row> {
  /** How the source is called in messages: a file name, or `standard input`. */
  readonly source: string;
  readonly headers: readonly string[];
  /** Parses one record, keyed by header. */
  readonly row: z.ZodType<Row>;
}

export type Lined<Row> = Row & { /** Line in the source, from 1. */ readonly line: number };

const MAX_ROWS = 100_000;
/** An operator mends a file from the top; a screenful of problems is enough for one round. */
const PROBLEMS_SHOWN = 20;

/**
 * Quotes, CRLF and a byte order mark are understood; empty lines are skipped; the order of the columns is free.
 * @throws AppError INPUT_INVALID naming each bad line
 */
export function readCsv<Row extends { readonly productId: string }>(
  text: string,
  format: CsvFormat<Row>,
): Lined<Row>[] {
  const [head, ...records] = parseRecords(text, format.source);
  if (!head) throw wrong(format.source, [`line 1: the headers ${format.headers.join(',')} are missing`]);
  const columns = findColumns(head, format);
  if (records.length === 0) throw wrong(format.source, [`line ${head.line + 1}: no rows below the headers`]);
  if (records.length > MAX_ROWS) {
    throw wrong(format.source, [`line ${records[MAX_ROWS]?.line ?? 0}: more than ${MAX_ROWS} rows`]);
  }
  const problems: string[] = [];
  const rows: Lined<Row>[] = [];
  const seen = new Map<string, number>();
  for (const { fields, line } of records) {
    if (fields.length !== head.fields.length) {
      problems.push(`line ${line}: ${fields.length} columns, the headers name ${head.fields.length}`);
      continue;
    }
    const parsed = format.row.safeParse(Object.fromEntries(columns.map(([name, at]) => [name, fields[at]])));
    if (!parsed.success) {
      problems.push(`line ${line}: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`);
      continue;
    }
    const earlier = seen.get(parsed.data.productId);
    if (earlier !== undefined)
      problems.push(`line ${line}: ${parsed.data.productId} is on line ${earlier} already`);
    seen.set(parsed.data.productId, line);
    rows.push({ ...parsed.data, line });
  }
  if (problems.length > 0) throw wrong(format.source, problems);
  return rows;
}

interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

function parseRecords(text: string, source: string): CsvRecord[] {
  try {
    // With `info` the parser wraps each record, which its types do not tell.
    const parsed = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    return (parsed as unknown as { record: string[]; info: Info }[]).map(({ record, info }) => ({
      fields: record,
      line: info.lines,
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw wrong(source, [`line ${Number(error['lines'] ?? 1)}: not readable as CSV: ${error.message}`]);
  }
}

function findColumns(head: CsvRecord, format: CsvFormat<unknown>): [string, number][] {
  const missing = format.headers.filter((name) => !head.fields.includes(name));
  const unknown = head.fields.filter((name) => !format.headers.includes(name));
  const twice = head.fields.filter((name, at) => head.fields.indexOf(name) !== at);
  const problems = [
    ...missing.map((name) => `the header ${name} is missing`),
    ...unknown.map((name) => `the header "${name}" is not known`),
    ...twice.map((name) => `the header ${name} occurs twice`),
  ];
  if (problems.length > 0) {
    throw wrong(format.source, [
      `line ${head.line}: ${problems.join('; ')}; write ${format.headers.join(',')}`,
    ]);
  }
  return format.headers.map((name) => [name, head.fields.indexOf(name)]);
}

function wrong(source: string, problems: readonly string[]): AppError {
  const shown = problems.slice(0, PROBLEMS_SHOWN).map((problem) => `\n  ${problem}`);
  if (problems.length > PROBLEMS_SHOWN) shown.push(`\n  and ${problems.length - PROBLEMS_SHOWN} more`);
  const lines = problems.length === 1 ? 'one line' : `${problems.length} lines`;
  return new AppError(
    'INPUT_INVALID',
    `${lines} of ${source} cannot be used; nothing was changed:${shown.join('')}`,
    {
      hint: 'Mend the file and run the same command again',
      context: { problems: problems.length },
    },
  );
}
