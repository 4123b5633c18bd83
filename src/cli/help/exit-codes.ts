/** `ordersctl help exit-codes`, generated from the tables of exit and error codes. */
import { ERROR_CODES, EXIT } from '../../core/errors.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';

const MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done; also when there was nothing to do, and when a role drained on SIGTERM',
  failed: 'failed, or failed for some of the things asked for (they are listed)',
  usage: 'wrong usage or configuration; nothing was attempted',
  problem: 'a check ran and found a problem',
  refused: 'refused: needs --yes, or a guard said no; nothing was changed',
  unreachable: 'a server is unreachable; safe to try again, and a partial answer is still printed',
  interrupted: 'interrupted before it had finished',
  terminated: 'terminated before it had finished',
};

export function showExitCodes(output: Output): void {
  const exitCodes = (Object.keys(EXIT) as (keyof typeof EXIT)[]).map((name) => ({
    exitCode: EXIT[name],
    meaning: MEANING[name],
  }));
  const errorCodes = Object.entries(ERROR_CODES).map(([code, meaning]) => ({ code, ...meaning }));
  if (output.json) return output.data({ exitCodes, errorCodes });
  type Exit = (typeof exitCodes)[number];
  type Code = (typeof errorCodes)[number];
  output.line(
    renderTable(
      output,
      [
        { title: 'exit', value: (row: Exit) => String(row.exitCode), align: 'right' },
        { title: 'meaning', value: (row: Exit) => row.meaning },
      ],
      exitCodes,
    ),
  );
  output.line();
  output.line(
    renderTable(
      output,
      [
        { title: 'error code', value: (row: Code) => row.code },
        { title: 'exit', value: (row: Code) => String(row.exitCode), align: 'right' },
        { title: 'http', value: (row: Code) => String(row.httpStatus), align: 'right' },
        { title: 'retry helps', value: (row: Code) => (row.retryable ? 'yes' : 'no') },
      ],
      errorCodes,
    ),
  );
}
