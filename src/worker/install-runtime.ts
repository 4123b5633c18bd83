/** Sets up the SDK's one native runtime of this process. */
import {
  makeTelemetryFilterString,
  Runtime,
  type Logger,
  type LogLevel,
  type LogMetadata,
} from '@temporalio/worker';
import { IllegalStateError } from '@temporalio/common';
import type { Log } from '../core/log.js';

/**
 * Sends the SDK's own lines to our log and leaves signals to the lifecycle: the SDK would otherwise stop workers on
 * SIGINT and SIGTERM by itself. A process has one runtime; a second worker in it shares the first one's.
 */
export function installRuntime(log: Log): void {
  try {
    Runtime.install({
      logger: toSdkLogger(log),
      shutdownSignals: [],
      telemetryOptions: {
        logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      },
    });
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
    log.debug('the runtime of this process is installed already');
  }
}

const PINO_LEVELS: Readonly<Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'>> = {
  TRACE: 'trace',
  // What the SDK tells about normal work is detail to an operator.
  DEBUG: 'trace',
  INFO: 'debug',
  WARN: 'warn',
  ERROR: 'error',
};

function toSdkLogger(log: Log): Logger {
  const sdk = log.child({ component: 'temporal' });
  const write = (level: LogLevel, message: string, meta?: LogMetadata) => {
    const { error, ...facts } = meta ?? {};
    sdk[PINO_LEVELS[level]](error === undefined ? plain(facts) : { ...plain(facts), err: error }, message);
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}

/** JSON has no bigint, and the SDK stamps its lines with one. */
function plain(facts: Record<string | symbol, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [key, typeof value === 'bigint' ? String(value) : value]),
  );
}
