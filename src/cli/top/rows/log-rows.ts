/** What the dashboard noticed as rows, newest first. */
import type { LogEntry } from '../state/model.js';
import { toRow, type ListColumn, type ListRow } from './list-row.js';

export const LOG_COLUMNS: readonly ListColumn[] = [
  { title: 'TIME', width: 8 },
  { title: 'WHAT', width: 8 },
  { title: 'EVENT', width: 20, growsTo: 400 },
];

/** Words beside the colours. */
const WORDS = { bad: 'BAD', warning: 'WARNING', good: 'ok', info: 'operator' } as const;

export function logRows(log: readonly LogEntry[]): ListRow[] {
  return log.map(({ number, at, severity, text }) =>
    toRow(String(number), [new Date(at).toISOString().slice(11, 19), WORDS[severity], text], {
      sortBy: [at, severity, text],
      meanings: severity === 'info' ? { 1: 'accent' } : { 1: severity },
      isProblem: severity === 'bad' || severity === 'warning',
      detail: [`${new Date(at).toISOString()}  ${text}`],
    }),
  );
}
