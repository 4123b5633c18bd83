/** The busy seconds of a sale as lines of CSV, kept as they are read. */
import { AppError } from '../../core/errors.js';
import type { OrderSecond } from '../../core/postgres/report/walk-order-seconds.js';
import { csvLine } from './csv-lines.js';

/** More than a day without a pause; some megabytes. */
const MOST_LINES = 100_000;

export interface SecondsTable {
  /** @throws AppError USAGE when it becomes too long */
  readonly add: (seconds: readonly OrderSecond[]) => void;
  /** With the line of headings. */
  readonly lines: readonly string[];
}

const HEADINGS = [
  'second',
  'productId',
  'ordersAccepted',
  'unitsClaimed',
  'unitsReleased',
  'ordersConfirmed',
  'unitsConfirmed',
];

export function createSecondsTable(): SecondsTable {
  const lines = [csvLine(HEADINGS)];
  return {
    lines,
    add(seconds) {
      for (const row of seconds) {
        const cells = [row.accepted, row.claimedUnits, row.releasedUnits, row.confirmed, row.confirmedUnits];
        if (cells.every((count) => count === 0)) continue;
        lines.push(csvLine([row.second, row.productId, ...cells]));
      }
      if (lines.length <= MOST_LINES) return;
      throw new AppError('USAGE', `more than ${MOST_LINES} seconds had orders or sales`, {
        hint: 'Take a part of them with --since and --until, or with --product',
      });
    },
  };
}
