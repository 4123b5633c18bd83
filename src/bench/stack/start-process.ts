/** Starts this binary as a process of its own and waits until it can work. */
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { NO_CONTEXT_ENV } from '../../core/config/local-environment.js';
import { AppError } from '../../core/errors.js';
import type { Machine } from '../../dev/machine.js';
import type { Launch } from '../../dev/service.js';
import { startService, type ServiceProcess } from '../../dev/service-process.js';
import { lastLines } from '../../dev/wait-ready.js';

const BINARY = fileURLToPath(new URL('../../../bin/ordersctl.js', import.meta.url));
/**
 * As the image has them. Node's default of four threads for garbage collection and compiling is more than two cores have
 * left beside the event loop: it and PostgreSQL then wait for their turn (docs/performance.md, the slowest hundredth).
 */
export const NODE_FLAGS: readonly string[] = ['--v8-pool-size=1'];
const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
const LOG_LINES = 10;

export interface ProcessOptions extends Pick<Launch, 'args' | 'env' | 'inBackground'> {
  /** For the error when it does not start. */
  readonly name: string;
  /** Of another build; default this one. */
  readonly binary?: string;
  readonly logFile: string;
  readonly machine: Machine;
  /** From `hasSetpriv`. */
  readonly setpriv: boolean;
  readonly isReady: () => Promise<boolean>;
  readonly signal: AbortSignal;
}

export interface StartedProcess {
  readonly process: ServiceProcess;
  /** @throws AppError UNAVAILABLE with the end of its log when it does not become ready, or the abort reason */
  readonly ready: Promise<void>;
}

/** The process is there at once, so that it can be ended while it still starts. */
export function startProcess(options: ProcessOptions): StartedProcess {
  const { args, env, inBackground, logFile, machine, setpriv, binary = BINARY } = options;
  const launch: Launch = {
    command: process.execPath,
    args: [...NODE_FLAGS, binary, ...args],
    stopSignal: 'SIGTERM',
    // Whoever has chosen a context means another place than the servers of this folder.
    env: { ...env, ...NO_CONTEXT_ENV },
    inBackground: inBackground === true,
  };
  const started = startService(launch, { logFile, env: machine.env, setpriv });
  return { process: started, ready: waitReady(started, options) };
}

async function waitReady(
  started: ServiceProcess,
  { name, logFile, isReady, signal }: ProcessOptions,
): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await isReady())) {
    signal.throwIfAborted();
    if (started.hasEnded() || Date.now() > deadline) {
      const how = started.hasEnded() ? await started.ended : `not ready within ${READY_TIMEOUT_MS / 1_000} s`;
      const said = lastLines(logFile, LOG_LINES).join('\n  ');
      throw new AppError('UNAVAILABLE', `${name} did not start: ${how}; the end of its log:\n  ${said}`, {
        hint: `The whole log is ${logFile}`,
      });
    }
    await delay(POLL_MS, undefined, { signal });
  }
}
