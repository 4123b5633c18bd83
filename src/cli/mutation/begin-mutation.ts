/** The one way in which commands change something: guarded, confirmed and on record. */
import type { Config } from '../../core/config/schema.js';
import { AppError } from '../../core/errors.js';
import type { Db } from '../../core/postgres/db.js';
import type { CliContext } from '../context.js';
import { operatorOf, type Operator } from '../operator.js';
import { requireConfirmation } from '../output/confirm.js';
import { assertNotReadOnly } from './assert-not-read-only.js';
import type { MutationOptions } from './options.js';

export interface Question {
  /** What would happen, with the count: `hand over 12 orders again`. */
  readonly what: string;
  /** For what cannot be taken back: must be typed in full, or given by --confirm, instead of y. */
  readonly typed?: string;
  /** One thing that was named by hand is its own confirmation; a production context asks all the same. */
  readonly single?: boolean;
}

export interface MutationRequest extends Operator {
  readonly dryRun: boolean;
  readonly reason?: string;
}

export interface Mutation {
  /** Plan and show, then stop: `confirm` must not be reached. */
  readonly dryRun: boolean;
  readonly operator: Operator;
  /** Value of --reason. */
  readonly reason: string | null;
  /** Who, why, and whether to plan only: what changes take that record themselves, in their transaction. */
  readonly request: MutationRequest;
  /** @throws AppError REFUSED unless the operator agrees; nothing was changed */
  confirm(question: Question): Promise<void>;
  /**
   * Writes the row in `operator_actions`; in the transaction of the change where there is one.
   * @param entry as understood: no global flags, no secrets
   */
  record(db: Db, entry: { readonly arguments: unknown; readonly result?: unknown }): Promise<void>;
}

/** What is typed where production was marked without a context, as in a container. */
const NO_NAME = 'production';
const YES_IS_TOO_LITTLE = (name: string) =>
  `In production --yes is not enough: look first with --dry-run, then add --confirm ${JSON.stringify(name)}`;

/**
 * @param command as recorded: `replay`, `sale close`
 * @throws AppError REFUSED in a read-only context, and in a production context without a reason; a dry run is let
 *   through, since it changes nothing
 */
export function beginMutation(
  context: Pick<CliContext, 'io' | 'announce'>,
  config: Pick<Config, 'actor' | 'context' | 'production' | 'readOnly'>,
  command: string,
  options: MutationOptions,
): Mutation {
  const dryRun = options.dryRun === true;
  const reason = options.reason?.trim() || null;
  if (!dryRun) assertAllowed(config, command, reason);
  context.announce(config);
  return {
    dryRun,
    operator: operatorOf(config),
    reason,
    request: { ...operatorOf(config), dryRun, ...(reason !== null && { reason }) },
    async confirm({ what, typed, single }) {
      if (dryRun) throw new Error(`${command}: a dry run has nothing to confirm`);
      const name = nameToType(config, typed);
      if (name === undefined) {
        if (single !== true) await requireConfirmation(context.io, { what, yes: options.yes });
        return;
      }
      if (options.confirm !== undefined) return assertNamed(options.confirm, name);
      // --yes answers for a name too, but never for that of a production context.
      await requireConfirmation(context.io, {
        what: config.production ? `${what} in ${config.context ?? NO_NAME}` : what,
        yes: config.production ? undefined : options.yes,
        typed: name,
        ...(config.production && options.yes && { hint: YES_IS_TOO_LITTLE(name) }),
      });
    },
    async record(db, entry) {
      const { recordOperatorAction } = await import('../../core/postgres/record-operator-action.js');
      await recordOperatorAction(db, { ...operatorOf(config), command, reason, ...entry });
    },
  };
}

/** What must be typed: in production the name of the context, whatever is typed elsewhere. */
export function nameToType<Typed extends string | undefined>(
  { production, context }: Pick<Config, 'context' | 'production'>,
  typed: Typed,
): Typed | string {
  return production ? (context ?? NO_NAME) : typed;
}

function assertAllowed(
  config: Pick<Config, 'context' | 'production' | 'readOnly'>,
  command: string,
  reason: string | null,
): void {
  assertNotReadOnly(config, command, 'Look with --dry-run, or use a context that is not readOnly');
  if (config.production && reason === null) {
    const where = config.context === undefined ? 'production' : `context ${config.context}`;
    throw new AppError('REFUSED', `${command} needs a reason in ${where}; nothing was changed`, {
      hint: "Say why with --reason 'text': it is kept with the action",
    });
  }
}

function assertNamed(given: string, name: string): void {
  if (given.trim() === name) return;
  throw new AppError('REFUSED', `--confirm ${given} is not ${name}; nothing was changed`, {
    hint: `To go on: --confirm ${JSON.stringify(name)}`,
  });
}
