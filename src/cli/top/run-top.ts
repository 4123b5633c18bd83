/** Chooses how to show: one frame, a stream of JSON, or the live screen; all from the same store and collector. */
import { requireSettings } from '../../core/config/require-settings.js';
import type { CliContext } from '../context.js';
import { openDashboard } from './open-dashboard.js';

export interface TopOptions {
  readonly once: boolean;
  readonly intervalMs: number;
  readonly productIds: readonly string[];
  readonly ascii: boolean;
  /** Lines of JSON after which it ends; undefined: it goes on. */
  readonly count: number | undefined;
  /** Replaying and pausing a sale from the screen. */
  readonly allowActions: boolean;
}

/**
 * Ends with the context's exit code: 0; 5 when one frame was asked for and a source did not answer; 130, 143.
 * @throws AppError CONFIG_INVALID when an address is missing
 */
export async function runTop(context: CliContext, options: TopOptions): Promise<void> {
  const { io, output } = context;
  const config = requireSettings(await context.loadConfig(), [
    'databaseUrl',
    'redisUrl',
    'kafkaBrokers',
    'temporalAddress',
  ]);
  const dashboard = openDashboard(context, config, options);
  const common = { io, output, ...dashboard };

  const live = io.stdout.isTTY === true && !io.env['CI'];
  if (options.once || (!live && !output.json)) {
    const { runOnce } = await import('./run-once.js');
    context.exitWith(await runOnce(common));
  } else if (output.json) {
    const { runJson } = await import('./run-json.js');
    context.exitWith(await runJson({ ...common, count: options.count }));
  } else {
    const { showDashboard } = await import('./show-dashboard.js');
    context.exitWith(await showDashboard(context, config, dashboard, options));
  }
}
