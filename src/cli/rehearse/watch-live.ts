/** The dashboard while a sale is held: what would be said on stderr meanwhile is kept, and told when it is closed. */
import type { Voice } from '../../bench/voice.js';
import type { Config } from '../../core/config/schema.js';
import { requireSettings } from '../../core/config/require-settings.js';
import { EXIT } from '../../core/errors.js';
import type { CliContext } from '../context.js';
import type { TerminalVoice } from '../create-voice.js';

export interface LiveWatch {
  /** Says what the voice says, or keeps it while the dashboard is on the screen. */
  readonly voice: Voice;
  /** Draws until `close`, or until the operator leaves it. Returns at once. @param productIds all when empty */
  open(config: Config, productIds: readonly string[]): void;
  /** Gives the terminal back, and tells what was said meanwhile. Safe to call again. */
  close(): Promise<void>;
}

/** True where the dashboard can be drawn: a terminal, and nobody who reads JSON. */
export function canWatchLive({ io, output }: CliContext, isWanted: boolean): boolean {
  const isTerminal = io.stdout.isTTY === true && io.stderr.isTTY === true && io.stdin.isTTY === true;
  return isWanted && isTerminal && !output.json && !io.env['CI'];
}

/** @param stop aborts when a signal was heard: what is shown then says so */
export function createLiveWatch(context: CliContext, voice: TerminalVoice, stop: AbortSignal): LiveWatch {
  const kept: string[] = [];
  let closing: AbortController | undefined;
  let showing: Promise<void> | undefined;

  async function show(config: Config, productIds: readonly string[], until: AbortSignal): Promise<void> {
    let code: number | undefined;
    try {
      code = await draw(context, config, productIds, until);
    } finally {
      closing = undefined;
      for (const text of kept.splice(0)) voice.line(text);
    }
    // While it reads keys Ctrl-C is one of them, and the terminal sends no signal.
    if (code === EXIT.interrupted && !stop.aborted) process.kill(process.pid, 'SIGINT');
  }

  return {
    voice: {
      line: (text) => (closing ? void kept.push(text) : voice.line(text)),
      status: (text) => (closing ? undefined : voice.status(text)),
    },
    open(config, productIds) {
      voice.end();
      closing = new AbortController();
      // A dashboard that fails is no reason to end the sale: the line goes on.
      showing = show(config, productIds, closing.signal).catch((error: unknown) => {
        voice.line(`the dashboard failed: ${error instanceof Error ? error.message : String(error)}`);
      });
    },
    async close() {
      closing?.abort();
      await showing;
    },
  };
}

/** Loaded here: a rehearsal in a pipe needs no picture. @returns the exit code of the dashboard */
async function draw(
  context: CliContext,
  given: Config,
  productIds: readonly string[],
  until: AbortSignal,
): Promise<number> {
  const [{ openDashboard }, { showDashboard }] = await Promise.all([
    import('../top/open-dashboard.js'),
    import('../top/show-dashboard.js'),
  ]);
  const config = requireSettings(given, ['databaseUrl', 'redisUrl', 'kafkaBrokers', 'temporalAddress']);
  const dashboard = openDashboard(context, config, { productIds });
  return showDashboard(context, config, dashboard, { productIds, until });
}
