/** The tables that a report can be written out as. */
export const CSV_TABLES = ['products', 'refusals', 'sales-per-second', 'actions'] as const;
export type CsvTable = (typeof CSV_TABLES)[number];

/** A million orders take seconds; on a busy server some more. */
export const DEFAULT_TIMEOUT_MS = 120_000;
