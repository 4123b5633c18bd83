/** `ordersctl dev logs`: what the servers wrote. */
import { Argument, Command, Option } from '@commander-js/extra-typings';
import { SERVICE_NAMES } from '../../../dev/service-names.js';
import type { CliContext } from '../../context.js';
import { wholeNumber } from '../../options.js';
import { dirOption, projectOf } from './dir-option.js';

const SOURCES = [...SERVICE_NAMES, 'supervisor'] as const;
const MAX_LINES = 100_000;

export function makeLogsCommand(context: CliContext) {
  return new Command('logs')
    .summary('show what the servers wrote')
    .description('Shows the last lines of one log or of all. Without a running stack, those of the last one.')
    .addArgument(new Argument('[service]', 'one of them').choices(SOURCES))
    .option('-f, --follow', 'go on with what is added, until Ctrl-C')
    .addOption(
      new Option('-n, --limit <count>', 'at most so many lines of each')
        .argParser(wholeNumber(0, MAX_LINES))
        .default(50),
    )
    .addOption(dirOption())
    .action(async (service, { follow, limit, dir }) => {
      const { followLines, recentLines } = await import('../../../dev/follow-logs.js');
      const { pathsOf } = await import('../../../dev/state-folder.js');
      const { output } = context;
      const paths = pathsOf(projectOf(context, dir));
      const files = (service ? [service] : SOURCES).map((source) => ({ source, path: paths.logOf(source) }));
      const show = (line: { source: string; text: string }) => {
        if (output.json) output.data(line);
        else
          output.line(
            service ? line.text : `${output.colours.accent(line.source.padEnd(10))} | ${line.text}`,
          );
      };
      recentLines(files, limit).forEach(show);
      if (follow) await followLines(files, show, new AbortController().signal);
    });
}
