/** `ordersctl list`: orders, newest first, filtered and paged. */
import { Command, Option } from '@commander-js/extra-typings';
import { AppError } from '../../core/errors.js';
import { ORDER_STATUSES, type OrderStatus } from '../../core/order.js';
import type { CliContext } from '../context.js';
import { limitOption, olderThanOption, sinceOption } from '../options.js';

const MAX_ROWS = 10_000;
const DEFAULT_ROWS = 50;

export function makeListCommand(context: CliContext) {
  return new Command('list')
    .description('Lists orders, newest first.')
    .addOption(
      new Option('--status <status>', 'only this status; may be repeated, or several by comma').argParser(
        parseStatuses,
      ),
    )
    .addOption(new Option('--product <id>', 'only this product'))
    .addOption(new Option('--user <id>', 'only this customer'))
    .addOption(olderThanOption())
    .addOption(sinceOption())
    .addOption(limitOption(MAX_ROWS).default(DEFAULT_ROWS))
    .addOption(new Option('--after <order>', 'the page after this order, the last of the page before'))
    .addHelpText(
      'after',
      `
Examples:
  $ ordersctl list --status PENDING --older-than 60s
  $ ordersctl list --user u1 --since 1h --json`,
    )
    .action(async (options) => {
      const { runList } = await import('../list/run-list.js');
      await runList(context, options);
    });
}

function parseStatuses(text: string, earlier: OrderStatus[] = []): OrderStatus[] {
  const statuses = text.split(',').map((part) => {
    const wanted = part.trim().toUpperCase().replaceAll('-', '_');
    const status = ORDER_STATUSES.find((candidate) => candidate === wanted);
    if (!status)
      throw new AppError('USAGE', `"${part}" is not a status`, {
        hint: `One of ${ORDER_STATUSES.join(', ')}`,
      });
    return status;
  });
  return [...earlier, ...statuses];
}
