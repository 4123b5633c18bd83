/** `dev up -d`: a process of its own runs the stack; the caller hears how the start goes and then leaves. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { localEnvironment } from '../core/config/local-environment.js';
import { AppError, ERROR_CODES, type ErrorCode } from '../core/errors.js';
import { inheritedDescriptors } from './inherited-descriptors.js';
import { makePassable } from './make-passable.js';
import { SERVICE_NAMES } from './service-names.js';
import { PHASES, type ReportProgress } from './stack-progress.js';
import { pathsOf } from './state-folder.js';
import { lastLines } from './wait-ready.js';

const BINARY = fileURLToPath(new URL('../../bin/ordersctl.js', import.meta.url));

const messageSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('progress'),
    progress: z.object({
      phase: z.enum(PHASES),
      service: z.enum(SERVICE_NAMES).optional(),
      text: z.string(),
      elapsedMs: z.number().optional(),
    }),
  }),
  z.object({ kind: z.literal('ready') }),
  z.object({
    kind: z.literal('failed'),
    code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
    message: z.string(),
    hint: z.string().optional(),
  }),
]);
export type SupervisorMessage = z.output<typeof messageSchema>;

export interface DetachOptions {
  readonly project: string;
  /** Arguments of `ordersctl` that make it supervise. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly report: ReportProgress;
}

/**
 * Resolves when the stack is ready; from then on the supervisor holds nothing of the caller: no stream, no channel,
 * no session. A caller that ends earlier ends the start with it.
 * @throws AppError as the supervisor reports it
 */
export async function detachSupervisor(options: DetachOptions): Promise<void> {
  const paths = pathsOf(options.project);
  makePassable(paths.logs);
  const logFile = paths.logOf('supervisor');
  const log = openSync(logFile, 'w');
  const nothing = openSync('/dev/null', 'r+');
  const child = spawn(process.execPath, [BINARY, ...options.args], {
    cwd: '/',
    detached: true,
    env: localEnvironment(options.env),
    stdio: coverInherited(['ignore', log, log, 'ipc'], nothing),
  });
  closeSync(log);
  closeSync(nothing);
  try {
    await new Promise<void>((resolve, reject) => {
      child.on('message', (raw) => {
        const message = messageSchema.parse(raw);
        if (message.kind === 'progress') options.report(message.progress);
        else if (message.kind === 'ready') resolve();
        else reject(new AppError(message.code, message.message, { hint: message.hint }));
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => reject(endedEarly(logFile, signal ?? `exit code ${code ?? '?'}`)));
    });
  } finally {
    child.removeAllListeners();
    if (child.connected) child.disconnect();
    child.unref();
  }
}

/**
 * Puts nothing in the place of whatever else we were given: a caller that waits for the end of such a pipe must not
 * wait for us. Node covers the standard streams only.
 */
function coverInherited(standard: readonly (number | 'ignore' | 'ipc')[], nothing: number) {
  const stdio = [...standard];
  for (const fd of inheritedDescriptors()) {
    while (stdio.length <= fd) stdio.push('ignore');
    if (fd >= standard.length) stdio[fd] = nothing;
  }
  return stdio;
}

function endedEarly(logFile: string, how: string): AppError {
  const said = lastLines(logFile, 5).join('\n  ');
  return new AppError('INTERNAL', `the supervisor ended early (${how}):\n  ${said}`, {
    hint: `Its log is ${logFile}`,
  });
}

/** The supervisor's end of the channel; undefined when nobody started us that way. */
export interface SupervisorChannel {
  send(message: SupervisorMessage): void;
  /** Aborts when the caller went away before it had let go of us. */
  readonly abandoned: AbortSignal;
  /** After `ready`: the caller may go. */
  release(): void;
}

export function openSupervisorChannel(): SupervisorChannel | undefined {
  if (process.send === undefined) return undefined;
  const abandoned = new AbortController();
  const onDisconnect = () => abandoned.abort();
  process.once('disconnect', onDisconnect);
  return {
    send: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    abandoned: abandoned.signal,
    release() {
      process.off('disconnect', onDisconnect);
    },
  };
}
