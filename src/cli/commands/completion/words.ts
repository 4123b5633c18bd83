/** `ordersctl completion words`: what the scripts ask at each Tab. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../../context.js';

export function makeWordsCommand(context: CliContext) {
  return new Command('words')
    .description(
      'Prints what may follow, one a line with its meaning behind a tab. Used by the scripts; the last word is the one ' +
        'that is being typed.',
    )
    .argument('[words...]', 'the command line so far, behind --')
    .addHelpText('after', "\nExamples:\n  $ ordersctl completion words -- list --status ''")
    .action(async (words) => {
      const { completeWords } = await import('../../completion/complete-words.js');
      const candidates = await completeWords(context, words);
      if (context.output.json) return context.output.data(candidates);
      for (const { value, meaning } of candidates) context.output.line(`${value}\t${meaning}`);
    });
}
