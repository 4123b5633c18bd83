/** `ordersctl dlq show`: one dead letter, whole. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';

export function makeShowCommand(context: CliContext) {
  return new Command('show')
    .summary('show one dead letter: what is wrong, where it came from, what is in it')
    .description(
      'Shows one dead letter: what is wrong with it, where it came from, its headers and its value.',
    )
    .argument('<letter>', 'partition:offset, as dlq list shows it')
    .addHelpText(
      'after',
      `
Examples:
  $ ordersctl dlq show 2:41
  $ ordersctl dlq show 2:41 --json | jq -c '.value |= (fromjson | .quantity = 1 | tojson)' | ordersctl dlq replay - --yes`,
    )
    .action(async (letter) => {
      const { runShow } = await import('../../dlq/run-show.js');
      await runShow(context, letter);
    });
}
