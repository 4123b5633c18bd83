/** `demo --keep`: a process of its own holds the demo and stays; this one shows what it tells and leaves. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DemoReport } from '../../bench/demo/report.js';
import type { DemoOptions } from '../../bench/demo/run-demo.js';
import { localEnvironment } from '../../core/config/local-environment.js';
import { AppError, EXIT } from '../../core/errors.js';
import type { CliContext } from '../context.js';
import { createVoice } from '../create-voice.js';
import { keeperMessageSchema } from './keeper-channel.js';
import { showReport } from './show-report.js';

const BINARY = fileURLToPath(new URL('../../../bin/ordersctl.js', import.meta.url));

/** Ctrl-C before the report ends the demo. @throws AppError as the keeper reports it */
export async function askKeeper(context: CliContext, demo: DemoOptions): Promise<void> {
  const { io } = context;
  mkdirSync(join(demo.folder, 'logs'), { recursive: true });
  const logFile = join(demo.folder, 'logs', 'demo.log');
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, [BINARY, ...argumentsOf(demo)], {
    cwd: io.cwd,
    detached: true,
    env: localEnvironment(io.env),
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const voice = createVoice(context);
  let exitCode: number | undefined;
  const pass = (code: number) => () => {
    if (exitCode !== undefined) return io.forceExit(code);
    exitCode = code;
    voice.line('ending   servers and roles; again to leave that to them');
    child.kill('SIGTERM');
  };
  const onInterrupt = pass(EXIT.interrupted);
  const onTerminate = pass(EXIT.terminated);
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  try {
    const report = await new Promise<DemoReport>((resolve, reject) => {
      let failure: AppError | undefined;
      child.on('message', (raw) => {
        const message = keeperMessageSchema.parse(raw);
        if (message.kind === 'line') voice.line(message.text);
        else if (message.kind === 'status') voice.status(message.text);
        else if (message.kind === 'report') resolve(message.report);
        else failure = new AppError(message.code, message.message, { hint: message.hint });
      });
      child.once('error', reject);
      // Only then is everything it had started gone.
      child.once('exit', () =>
        reject(
          failure ?? new AppError('INTERNAL', 'the demo ended early', { hint: `Its log is ${logFile}` }),
        ),
      );
    });
    voice.end();
    showReport(context, report);
    context.exitWith(report.verdict === 'failed' ? EXIT.problem : EXIT.ok);
  } catch (error) {
    if (exitCode === undefined) throw error;
    context.exitWith(exitCode);
  } finally {
    voice.end();
    process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
    child.removeAllListeners();
    if (child.connected) child.disconnect();
    child.unref();
  }
}

function argumentsOf(demo: DemoOptions): string[] {
  const counts = (['buyers', 'units', 'products', 'seed'] as const).flatMap((name) => [
    `--${name}`,
    String(demo[name]),
  ]);
  return ['demo', '--stay', ...counts, ...(demo.kill === undefined ? [] : ['--kill', demo.kill])];
}
