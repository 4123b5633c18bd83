/** `ordersctl context`: the places that an operator works on, by name. */
import { Command } from '@commander-js/extra-typings';
import type { CliContext } from '../context.js';
import { makeListCommand } from './context/list.js';
import { makeRemoveCommand } from './context/remove.js';
import { makeSetCommand } from './context/set.js';
import { makeShowCommand } from './context/show.js';
import { makeUseCommand } from './context/use.js';

export function makeContextCommand(context: CliContext) {
  const group = new Command('context')
    .description(
      'Contexts: the addresses and the marks of the places you work on, by name. They are kept in one file of this machine.',
    )
    .addHelpText(
      'after',
      `
A context marked production wants a reason and its name with every change; one marked readOnly refuses them all.
ordersctl help contexts tells the rest.

Examples:
  $ ordersctl context list
  $ ordersctl context set prod databaseUrlFile=prod.url production=true
  $ ordersctl context use prod
  $ ordersctl --context staging list               # for one command`,
    );
  for (const make of [makeListCommand, makeShowCommand, makeUseCommand, makeSetCommand, makeRemoveCommand])
    group.addCommand(make(context));
  return group;
}
