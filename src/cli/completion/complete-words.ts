/** What may follow on a command line that is being typed. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { CliContext } from '../context.js';
import { withoutContext } from '../global-flags.js';
import { HELP_TOPICS } from '../help/topic-names.js';
import { makeProgram } from '../program.js';
import { findPlace, type Place } from './find-place.js';
import { valuesOf, type Candidate } from './values.js';

/** @param words what follows the name of the binary; the last one is being typed, and may be empty. Never throws. */
export async function completeWords(context: CliContext, words: readonly string[]): Promise<Candidate[]> {
  try {
    const line = joinAssignments(words);
    const asksHelp = line.earlier[0] === 'help';
    const earlier = asksHelp ? line.earlier.slice(1) : line.earlier;
    const { program } = await makeProgram(context, withoutContext(earlier));
    const place = findPlace(program, earlier, line.current);
    const found = await candidatesAt(context, place, asksHelp);
    const starting = found.filter(({ value }) => value === ':files' || value.startsWith(place.typed));
    return starting.map((one) => ({ ...one, value: line.split ? one.value : place.prefix + one.value }));
  } catch {
    // At a Tab there is nobody to tell; a mistake shows when the command is run.
    return [];
  }
}

async function candidatesAt(context: CliContext, place: Place, asksHelp: boolean): Promise<Candidate[]> {
  const { command, option, typed, context: contextName } = place;
  if (option) return valuesOf(context, contextName, option.long ?? '', option.argChoices);
  if (typed.startsWith('-')) return optionsOf(command, place.given);
  const commands = subcommandsOf(command);
  if (commands.length > 0) {
    if (place.operands > 0) return [];
    const topics =
      asksHelp && !command.parent ? HELP_TOPICS.map((value) => ({ value, meaning: 'topic' })) : [];
    return [...commands, ...topics];
  }
  const argument = command.registeredArguments.at(place.operands) ?? command.registeredArguments.at(-1);
  if (asksHelp || !argument || (place.operands >= command.registeredArguments.length && !argument.variadic))
    return [];
  return valuesOf(context, contextName, argument.name(), argument.argChoices);
}

function subcommandsOf(command: CommandUnknownOpts): Candidate[] {
  // That every group knows `help` is no news.
  const visible = command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help' || !command.parent);
  return visible.map((one) => ({ value: one.name(), meaning: one.summary() || one.description() }));
}

function optionsOf(command: CommandUnknownOpts, given: ReadonlySet<string>): Candidate[] {
  const visible = command.createHelp().visibleOptions(command);
  return visible
    .filter(({ long, required }) => long && (required || !given.has(long)))
    .map(({ long, description }) => ({ value: long ?? '', meaning: description }));
}

/** bash takes `--status=PEN` apart; the other shells do not, and want it back whole. */
function joinAssignments(words: readonly string[]): { earlier: string[]; current: string; split: boolean } {
  const joined: string[] = [];
  let split = false;
  for (const [at, word] of words.entries()) {
    const last = joined.at(-1);
    const continues = word === '=' && last?.startsWith('--');
    if (continues || (words[at - 1] === '=' && last?.endsWith('='))) {
      joined[joined.length - 1] = `${last ?? ''}${word}`;
      split = true;
    } else {
      joined.push(word);
      split = false;
    }
  }
  return { earlier: joined.slice(0, -1), current: joined.at(-1) ?? '', split };
}
