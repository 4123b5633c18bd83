/** A change that was planned from the dashboard, as the dialog shows it and carries it out. */
import type { Config } from '../../../core/config/schema.js';
import type { ConfigWith } from '../../../core/config/require-settings.js';
import type { CliContext } from '../../context.js';
import { beginMutation, type Mutation } from '../../mutation/begin-mutation.js';

export interface ChangeDeps {
  readonly context: CliContext;
  readonly config: ConfigWith<'databaseUrl' | 'redisUrl' | 'kafkaBrokers' | 'temporalAddress'>;
}

export interface ChangeEnd {
  readonly lines: readonly string[];
  readonly succeeded: boolean;
}

export interface PlannedChange {
  /** What would be done. */
  readonly lines: readonly string[];
  /** What is typed to confirm where it is no production context; null when there is nothing to do. */
  readonly word: string | null;
  /** @throws AppError as the command does, REFUSED by the guard included */
  carryOut(confirmed: Confirmed): Promise<ChangeEnd>;
}

export interface Confirmed {
  /** As it was typed: the guard compares it again. */
  readonly typed: string;
  readonly reason: string;
}

/** The guard of the commands, answered by what the dialog asked for: the terminal is never read beside it. */
export function beginConfirmed(
  { io }: Pick<CliContext, 'io'>,
  config: Config,
  command: string,
  { typed, reason }: Confirmed,
): Mutation {
  const options = { confirm: typed, ...(reason !== '' && { reason }) };
  // The header says all the time which context this is.
  return beginMutation({ io, announce: () => undefined }, config, command, options);
}
