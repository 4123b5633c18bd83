/** The command reference (docs/commands.md), made of the command tree: it says what the help says. */
import type { Argument, CommandUnknownOpts } from '@commander-js/extra-typings';
import { GLOBAL_OPTIONS } from '../global-flags.js';
import { wrapHelp } from '../help/wrap-help.js';

type Option = CommandUnknownOpts['options'][number];

const WIDTH = 100;
const INTRODUCTION = `# Commands

Made of the help by \`npm run commands\`; a test keeps it so. What is true of all commands: \`ordersctl help environment\`,
\`exit-codes\`, \`output\` and \`contexts\`.
`;

/** @param program with every command in full (\`makeWholeProgram\`) */
export function renderReference(program: CommandUnknownOpts): string {
  const commands = visible(program);
  const groups = [...new Set(commands.map((command) => command.helpGroup()))];
  const sections = groups.flatMap((group) => [
    `## ${group.replace(/:$/, '')}`,
    ...commands
      .filter((command) => command.helpGroup() === group)
      .flatMap((command) => renderCommand(command, 3)),
  ]);
  return [INTRODUCTION, renderGlobals(), ...sections].join('\n\n').replaceAll(/\n{3,}/g, '\n\n') + '\n';
}

function visible(command: CommandUnknownOpts): CommandUnknownOpts[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((child) => child.parent === command);
}

function renderGlobals(): string {
  const lines = GLOBAL_OPTIONS.map(([flags, meaning]) => `| \`${flags}\` | ${cell(meaning)} |`);
  return ['Every command takes:', '', '| option | meaning |', '|---|---|', ...lines].join('\n');
}

function renderCommand(command: CommandUnknownOpts, depth: number): string[] {
  const own = command.options.filter(
    ({ hidden, flags }) => !hidden && !GLOBAL_OPTIONS.some(([global]) => global === flags),
  );
  return [
    `${'#'.repeat(depth)} ${pathOf(command)}`,
    command.description(),
    ['```', `${pathOf(command)} ${command.usage()}`, '```'].join('\n'),
    ...table('argument', command.registeredArguments.map(argumentRow)),
    ...table('option', own.map(optionRow)),
    ...afterText(command),
    ...visible(command).flatMap((child) => renderCommand(child, depth + 1)),
  ];
}

function pathOf(command: CommandUnknownOpts): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function table(title: string, rows: readonly (readonly [string, string])[]): string[] {
  if (rows.length === 0) return [];
  const lines = rows.map(([name, meaning]) => `| \`${name.replaceAll('|', '\\|')}\` | ${cell(meaning)} |`);
  return [[`| ${title} | meaning |`, '|---|---|', ...lines].join('\n')];
}

function argumentRow(argument: Argument): readonly [string, string] {
  return [argument.name(), argument.description + choicesText(argument.argChoices)];
}

function optionRow(option: Option): readonly [string, string] {
  const byDefault = option.defaultValueDescription ?? (option.defaultValue as string | number | undefined);
  const ending = byDefault === undefined ? '' : ` (default ${byDefault})`;
  return [option.flags, option.description + choicesText(option.argChoices) + ending];
}

function choicesText(choices: readonly string[] | undefined): string {
  return choices ? ` (${choices.join(', ')})` : '';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
}

/** What `addHelpText` has added: it is written after the help itself. */
function afterText(command: CommandUnknownOpts): string[] {
  const parts: string[] = [];
  command.configureOutput({ writeOut: (text) => parts.push(text) });
  command.outputHelp();
  const text = wrapHelp(parts.slice(1).join(''), WIDTH).trim();
  return text === '' ? [] : [['```', text, '```'].join('\n')];
}
