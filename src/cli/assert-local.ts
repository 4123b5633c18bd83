/** The guard of commands that work on this machine alone. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { AppError } from '../core/errors.js';
import type { CliContext } from './context.js';

/** What a read-only look at the local stack may be. */
const LOOKS = ['status', 'logs', 'env'];

/**
 * dev, demo and bench have servers of their own: a context would have no effect, and whoever gives one means another place.
 * One that is only current, or comes from the environment, does not reach them.
 * @throws AppError USAGE for --context NAME; REFUSED under --read-only for what starts, ends or deletes something
 */
export function assertLocal({ flags }: CliContext, invoked: CommandUnknownOpts): void {
  const name = invoked.parent?.parent ? `${invoked.parent.name()} ${invoked.name()}` : invoked.name();
  if (flags.context !== undefined && flags.context !== 'none') {
    throw new AppError('USAGE', `${name} works on servers of this machine and uses no context`, {
      hint: `Leave --context ${flags.context} out`,
    });
  }
  if (flags.readOnly && !LOOKS.includes(invoked.name()))
    throw new AppError('REFUSED', `${name} would change something on this machine; nothing was changed`, {
      hint: 'Leave --read-only out',
    });
}
