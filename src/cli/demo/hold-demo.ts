/** The ways to hold a demo: here until its end, or behind, where it stays. */
import { join } from 'node:path';
import { EXIT } from '../../core/errors.js';
import { STACK_FOLDER } from '../../core/config/stack-state.js';
import type { Role } from '../../core/names.js';
import { runDemo, type DemoOptions, type DemoParts } from '../../bench/demo/run-demo.js';
import type { CliContext } from '../context.js';
import { createVoice, type TerminalVoice } from '../create-voice.js';
import { holdForeground } from '../hold-foreground.js';
import { loadConfig } from '../../core/config/load-config.js';
import { NO_CONTEXT_ENV } from '../../core/config/local-environment.js';
import { canWatchLive, createLiveWatch } from '../rehearse/watch-live.js';
import { askKeeper } from './ask-keeper.js';
import { keepDemo } from './keep-demo.js';
import { showReport } from './show-report.js';

export interface HoldOptions {
  readonly buyers: number;
  readonly units: number;
  readonly products: number;
  readonly seed: number;
  readonly kill: Role | undefined;
  readonly as: 'foreground' | 'kept' | 'keeper';
  /** Where there is a terminal. */
  readonly dashboard: boolean;
}

/** Ends with the context's exit code: 0, 3 when the verdict failed, 130 or 143 when a signal came first. */
export async function holdDemo(context: CliContext, options: HoldOptions): Promise<void> {
  const { io } = context;
  const { as, dashboard, ...sale } = options;
  const demo: DemoOptions = {
    ...sale,
    keep: as !== 'foreground',
    folder: join(io.cwd, STACK_FOLDER, 'demo'),
    env: io.env,
  };
  if (as === 'kept') return askKeeper(context, demo);

  const voice = createVoice(context);
  const onSignal = () => voice.line('ending   what was started; again to kill it');
  const cutShort = await holdForeground(context, { name: 'demo', onSignal }, (parts) =>
    as === 'keeper' ? keepDemo(demo, parts) : holdHere(context, demo, { ...parts, voice, dashboard }),
  );
  if (cutShort !== undefined && as !== 'keeper') context.exitWith(cutShort);
}

interface HereParts extends Omit<DemoParts, 'voice' | 'onRunning'> {
  readonly voice: TerminalVoice;
  readonly dashboard: boolean;
}

async function holdHere(
  context: CliContext,
  demo: DemoOptions,
  { voice, dashboard, ...parts }: HereParts,
): Promise<void> {
  const watch = createLiveWatch(context, voice, parts.lifecycle.signal);
  const onRunning = (env: Readonly<Record<string, string>>) =>
    watch.open(loadConfig({ env: { ...env, ...NO_CONTEXT_ENV }, cwd: demo.folder }).config, []);
  try {
    const report = await runDemo(demo, {
      ...{ ...parts, voice: watch.voice },
      ...(canWatchLive(context, dashboard) && { onRunning }),
    });
    await watch.close();
    voice.end();
    showReport(context, report);
    if (report.verdict === 'failed') context.exitWith(EXIT.problem);
    voice.line('ending   roles and servers');
  } finally {
    await watch.close();
    voice.end();
  }
}
