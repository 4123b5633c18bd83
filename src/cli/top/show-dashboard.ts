/** Draws a dashboard on the terminal, with its views and commands. */
import type { CliContext } from '../context.js';
import { withStores } from '../with-stores.js';
import { createCommands } from './acts/commands.js';
import { createDetailPoller } from './detail-poller.js';
import { loadScreen } from './load-screen.js';
import type { Dashboard, DashboardConfig } from './open-dashboard.js';
import { createViewSources } from './sources/view-sources.js';

/**
 * The views read through connections of their own, opened when the first of them is shown.
 * @param options.until ends it as q does
 * @returns the exit code: 0 for q, 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP
 * @throws what a view has thrown, with the terminal given back
 */
export async function showDashboard(
  context: CliContext,
  config: DashboardConfig,
  dashboard: Dashboard,
  options: { readonly productIds: readonly string[]; readonly until?: AbortSignal },
): Promise<number> {
  const { productIds, until } = options;
  const quiet: CliContext = { ...context, flags: { ...context.flags, debug: false } };
  const { store, now, place } = dashboard;
  const { runLive } = await loadScreen();
  return withStores(quiet, config, (stores) => {
    const sources = createViewSources({ context: quiet, config, stores, productIds });
    return runLive({
      io: context.io,
      ...dashboard,
      details: createDetailPoller({ sources, store, now }),
      commands: createCommands({ context: quiet, config, store, place }),
      ...(until && { until }),
    });
  });
}
