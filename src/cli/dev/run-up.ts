/** The three ways to start a stack, and what is said about it. */
import { AppError, EXIT } from '../../core/errors.js';
import { createLog, createSilentLog } from '../../core/log.js';
import { detachSupervisor, openSupervisorChannel } from '../../dev/detached-supervisor.js';
import { followLines } from '../../dev/follow-logs.js';
import { findLiveStack, requireLiveStack } from '../../dev/live-stack.js';
import type { Mode } from '../../dev/resolve-services.js';
import { SERVICE_NAMES, type ServiceName } from '../../dev/service-names.js';
import { formatProgress, type StackProgress } from '../../dev/stack-progress.js';
import { pathsOf } from '../../dev/state-folder.js';
import { superviseStack } from '../../dev/supervise.js';
import type { CliContext } from '../context.js';
import { showStack } from './show-stack.js';

export interface UpOptions {
  readonly project: string;
  readonly attach: Readonly<Partial<Record<ServiceName, string>>>;
  readonly mode: Mode;
  readonly portBase: number | 'auto';
  readonly as: 'foreground' | 'detached' | 'supervisor';
}

export async function runUp(context: CliContext, options: UpOptions): Promise<void> {
  if (options.as === 'supervisor') return supervise(context, options);
  const running = findLiveStack(options.project);
  if (running) {
    context.output.note('The local stack is running already.');
    return showStack(context, running, { alreadyRunning: true });
  }
  if (options.as === 'foreground') return stayInForeground(context, options);
  await detachSupervisor({
    project: options.project,
    args: ['dev', 'up', '--supervise', ...flagsOf(options)],
    env: context.io.env,
    report: tell(context),
  });
  showStack(context, requireLiveStack(options.project), { alreadyRunning: false });
}

function flagsOf(options: UpOptions): string[] {
  const attach = Object.entries(options.attach).flatMap(([name, address]) => [
    '--attach',
    `${name}=${address}`,
  ]);
  return [
    '--dir',
    options.project,
    '--mode',
    options.mode,
    '--port-base',
    String(options.portBase),
    ...attach,
  ];
}

function tell(context: CliContext): (progress: StackProgress) => void {
  const colours = context.output.noteColours;
  return (progress) => {
    const line = formatProgress(progress);
    context.output.note(
      progress.phase === 'ready' ? colours.good(line) : progress.phase === 'ended' ? colours.bad(line) : line,
    );
  };
}

async function stayInForeground(context: CliContext, options: UpOptions): Promise<void> {
  const paths = pathsOf(options.project);
  const files = SERVICE_NAMES.map((name) => ({ source: name, path: paths.logOf(name) }));
  const { io, output } = context;
  const how = await superviseStack(stackOptions(context, options, tell(context)), {
    log: createSilentLog(),
    forceExit: (code) => io.forceExit(code),
    onReady: (stack, signal) => {
      showStack(context, stack.state, { alreadyRunning: false });
      output.note('Ctrl-C ends it. The logs of the servers follow.');
      void followLines(
        files,
        ({ source, text }) => output.note(`${output.noteColours.accent(source.padEnd(8))} | ${text}`),
        signal,
      );
      signal.addEventListener('abort', () => output.note('ending the servers; a second Ctrl-C kills them'));
    },
  });
  if (how === 'ended') return output.note('ended; the data stays in .ordersctl/');
  output.note('interrupted; what had been started was ended again');
  context.exitWith(EXIT.interrupted);
}

/** Behind `-d`: stderr is the supervisor's log, and the caller listens on the channel until the stack is ready. */
async function supervise(context: CliContext, options: UpOptions): Promise<void> {
  const channel = openSupervisorChannel();
  const report = (progress: StackProgress) => {
    tell(context)(progress);
    channel?.send({ kind: 'progress', progress });
  };
  try {
    const how = await superviseStack(stackOptions(context, options, report), {
      log: createLog({ level: 'info', name: 'dev', stream: 2 }),
      forceExit: (code) => context.io.forceExit(code),
      abandoned: channel?.abandoned,
      onReady: () => {
        channel?.release();
        channel?.send({ kind: 'ready' });
      },
    });
    if (how === 'interrupted') throw new AppError('REFUSED', 'the stack was ended before it was ready');
  } catch (error) {
    if (error instanceof AppError)
      channel?.send({ kind: 'failed', code: error.code, message: error.message, hint: error.hint });
    throw error;
  }
}

function stackOptions(context: CliContext, options: UpOptions, report: (progress: StackProgress) => void) {
  const { project, portBase, mode, attach } = options;
  return { folder: project, env: context.io.env, ports: portBase, mode, attach, report };
}
