/** Loads the screen with the build of React that is made for running. */
import type { runLive } from './run-live.js';

/**
 * React chooses its build while it is loaded. The one for development, which is its default, notes every component that it
 * draws in the process's performance timeline and never forgets it: 20 MB an hour, or more, of nothing. Only for that
 * moment: NODE_ENV is the operator's, and says elsewhere whether a `.env` file counts.
 */
export async function loadScreen(): Promise<{ readonly runLive: typeof runLive }> {
  const { NODE_ENV } = process.env;
  process.env['NODE_ENV'] = 'production';
  try {
    return await import('./run-live.js');
  } finally {
    if (NODE_ENV === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = NODE_ENV;
  }
}
