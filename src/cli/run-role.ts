/** Runs one long-lived role until it is told to end or cannot go on. */
import type { Config } from '../core/config/schema.js';
import { exitCodeOfSignal } from '../core/ending-signals.js';
import type { Origin } from '../core/config/load-config.js';
import { AppError, toAppError } from '../core/errors.js';
import { createLifecycle, ownSignals, type Lifecycle } from '../core/lifecycle.js';
import { createLog, type Log } from '../core/log.js';
import type { Role } from '../core/names.js';
import type { CliContext, ConfigFlags } from './context.js';
import { assertNotReadOnly } from './mutation/assert-not-read-only.js';

export interface RoleParts {
  readonly config: Config;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
}

/** What a running role tells; everything it holds is registered in the lifecycle. */
export interface RunningRole {
  /** Rejects when the role cannot go on; never resolves. */
  readonly failed: Promise<never>;
}

/**
 * Resolves when the role has drained after SIGTERM or SIGINT. Logs JSON lines to stdout.
 * @throws REFUSED in a read-only context and in a production context that nobody has asked for, what kept it from starting, what ended it, or the first thing that could not be given back
 */
export async function runRole(
  context: CliContext,
  role: Role,
  flags: ConfigFlags,
  start: (parts: RoleParts) => Promise<RunningRole>,
): Promise<void> {
  const { config, origins } = await context.loadConfigWithOrigins(flags);
  assertMeant(config, origins.context, role);
  const log = createLog({ level: config.logLevel, name: role, stream: 1 });
  const lifecycle = createLifecycle({ log, deadlineMs: config.drainDelay + config.drainDeadline });
  const disownSignals = ownSignals(lifecycle, log, (signal) =>
    context.io.forceExit(exitCodeOfSignal(signal)),
  );
  try {
    const running = await start({ config, log, lifecycle });
    await Promise.race([running.failed, lifecycle.ended]);
  } catch (error) {
    // A signal in the middle of starting makes the start fail; the end it asked for is not a failure.
    if (!lifecycle.signal.aborted) {
      log.fatal(factsOf(toAppError(error)), `${role} cannot go on`);
      throw error;
    }
    await lifecycle.ended;
  } finally {
    await lifecycle.end();
    disownSignals();
  }
}

/** A role changes something all the time; and none starts to serve real customers because of a forgotten `context use`. */
function assertMeant(config: Config, contextFrom: Origin, role: Role): void {
  assertNotReadOnly(config, role, 'Use a context that is not readOnly, or --context none');
  if (!config.production || contextFrom !== 'context') return;
  const { context = '' } = config;
  throw new AppError(
    'REFUSED',
    `${role} would run in ${context}, which is production and only the current context; nothing was started`,
    { hint: `Say that it is meant: --context ${context}; for this machine: --context none` },
  );
}

/** What an operator can act on needs no stack trace in the log; a bug of ours does. */
function factsOf(error: AppError): object {
  if (error.code === 'INTERNAL') return { err: error };
  return { code: error.code, reason: error.message, hint: error.hint };
}
