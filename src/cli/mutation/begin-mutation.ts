/** The one way in which commands change something: guarded, confirmed and on record. */
import type { Config } from '../../core/config/schema.js';
import { AppError } from '../../core/errors.js';
import type { Db } from '../../core/postgres/db.js';
import type { CliContext } from '../context.js';
import { operatorOf, type Operator } from '../operator.js';
import { requireConfirmation } from '../output/confirm.js';
import type { MutationOptions } from './options.js';

export interface Question {
  /** What would happen, with the count: `hand over 12 orders again`. */
  readonly what: string;
  /** For what cannot be taken back: must be typed in full, or given by --confirm, instead of y. */
  readonly typed?: string;
  /** One thing that was named by hand is its own confirmation; a production context asks all the same. */
  readonly single?: boolean;
}

export interface Mutation {
  /** Plan and show, then stop: `confirm` must not be reached. */
  readonly dryRun: boolean;
  readonly operator: Operator;
  /** Value of --reason. */
  readonly reason: string | null;
  /** @throws AppError REFUSED unless the operator agrees; nothing was changed */
  confirm(question: Question): Promise<void>;
  /**
   * Writes the row in `operator_actions`; in the transaction of the change where there is one.
   * @param entry as understood: no global flags, no secrets
   */
  record(db: Db, entry: { readonly arguments: unknown; readonly result?: unknown }): Promise<void>;
}

const NO_NAME = 'production';

/**
 * @param command as recorded: `replay`, `sale close`
 * @throws AppError REFUSED in a read-only context, and in a production context without a reason; a dry run is let
 *   through, since it changes nothing
 */
export function beginMutation(
  { io }: CliContext,
  config: Pick<Config, 'actor' | 'context' | 'production' | 'readOnly'>,
  command: string,
  options: MutationOptions,
): Mutation {
  const dryRun = options.dryRun === true;
  const reason = options.reason?.trim() || null;
  if (!dryRun) assertAllowed(config, command, reason);
  return {
    dryRun,
    operator: operatorOf(config),
    reason,
    async confirm({ what, typed, single }) {
      if (dryRun) throw new Error(`${command}: a dry run has nothing to confirm`);
      const name = config.production ? (config.context ?? NO_NAME) : typed;
      if (name === undefined) {
        if (single !== true) await requireConfirmation(io, { what, yes: options.yes });
        return;
      }
      if (options.confirm !== undefined) return assertNamed(options.confirm, name);
      // --yes answers for a name too, but never for that of a production context.
      await requireConfirmation(io, {
        what: config.production ? `${what} in ${config.context ?? 'production'}` : what,
        yes: config.production ? undefined : options.yes,
        typed: name,
      });
    },
    async record(db, entry) {
      const { recordOperatorAction } = await import('../../core/postgres/record-operator-action.js');
      await recordOperatorAction(db, { ...operatorOf(config), command, reason, ...entry });
    },
  };
}

function assertAllowed(
  config: Pick<Config, 'context' | 'production' | 'readOnly'>,
  command: string,
  reason: string | null,
): void {
  const where = config.context === undefined ? '' : ` context ${config.context}`;
  if (config.readOnly) {
    throw new AppError(
      'REFUSED',
      `${command} would change something, and${where || ' this'} is read-only; nothing was changed`,
      { hint: 'Look with --dry-run, or use a context that is not readOnly' },
    );
  }
  if (config.production && reason === null) {
    throw new AppError(
      'REFUSED',
      `${command} needs a reason in${where || ' production'}; nothing was changed`,
      {
        hint: "Say why with --reason 'text': it is kept with the action",
      },
    );
  }
}

function assertNamed(given: string, name: string): void {
  if (given.trim() === name) return;
  throw new AppError('REFUSED', `--confirm ${given} is not ${name}; nothing was changed`, {
    hint: `To go on: --confirm ${JSON.stringify(name)}`,
  });
}
