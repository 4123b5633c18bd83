/** What says which orders a change is about, and how fast it goes. */
import { Option, type Command, type OptionValues } from '@commander-js/extra-typings';
import { AppError } from '../../core/errors.js';
import type { OrderStatus } from '../../core/order.js';
import {
  limitOption,
  olderThanOption,
  productOption,
  rateOption,
  sinceOption,
  wholeNumber,
} from '../options.js';

/** As commander gives them. */
export interface SelectionOptions {
  readonly product?: readonly string[] | undefined;
  readonly user?: string | undefined;
  readonly status?: readonly OrderStatus[] | undefined;
  /** Milliseconds. */
  readonly since?: number | undefined;
  /** Milliseconds. */
  readonly olderThan?: number | undefined;
  readonly limit?: number | undefined;
}

/** As commander gives them. */
export interface PaceOptions {
  /** Orders a second. */
  readonly rate?: number | undefined;
  readonly concurrency: number;
  /** Results as lines, when they come. */
  readonly ndjson?: true | undefined;
}

const MAX_ORDERS = 1_000_000;
const MAX_CONCURRENCY = 200;
const CONCURRENCY = 100;

/** Adds the filters, --limit, --rate, --concurrency and --ndjson. @param verb of the change, such as `cancel` */
export function withSelectionOptions<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
  verb: string,
) {
  return command
    .addOption(productOption())
    .addOption(new Option('--user <id>', 'only of this customer'))
    .addOption(sinceOption())
    .addOption(olderThanOption())
    .addOption(limitOption(MAX_ORDERS))
    .addOption(rateOption(verb))
    .addOption(
      new Option('--concurrency <count>', 'orders in hand at one moment')
        .argParser(wholeNumber(1, MAX_CONCURRENCY))
        .default(CONCURRENCY),
    )
    .option('--ndjson', 'results one JSON value a line, as they come');
}

/** `--status`, of these only; may be repeated, or several by comma. */
export function statusOption(allowed: readonly OrderStatus[]) {
  return new Option('--status <status>', 'only this status; may be repeated, or several by comma').argParser(
    (text: string, earlier: OrderStatus[] = []) => {
      const statuses = text.split(',').map((part) => {
        const wanted = part.trim().toUpperCase().replaceAll('-', '_');
        const status = allowed.find((candidate) => candidate === wanted);
        if (!status)
          throw new AppError('USAGE', `"${part}" is no status that this can be done to`, {
            hint: `One of ${allowed.join(', ')}`,
          });
        return status;
      });
      return [...earlier, ...statuses];
    },
  );
}
