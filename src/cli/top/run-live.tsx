/** The dashboard on a terminal: draws until a key or a signal ends it, and gives the terminal back as it was. */
import { render } from 'ink';
import { EXIT } from '../../core/errors.js';
import type { CliIo } from '../io.js';
import type { Commands } from './acts/commands.js';
import type { Collector } from './collector.js';
import type { DetailPoller } from './detail-poller.js';
import type { Place } from './place.js';
import type { TopStore } from './state/store.js';
import { createSteadyOutput } from './steady-output.js';
import { enterAlternateScreen } from './terminal.js';
import { App } from './views/app.js';
import { within } from './within.js';

export interface LiveOptions {
  readonly io: CliIo;
  readonly store: TopStore;
  readonly collector: Collector;
  readonly details: DetailPoller;
  readonly commands: Commands;
  readonly place: Place;
  readonly now: () => number;
  /** Ends it as q does. */
  readonly until?: AbortSignal;
}

/** Ages are shown in seconds; keys and a moving window edge are followed faster. */
const TICK_MS = 1_000;
const MAX_FPS = 10;
/** A change that was begun is waited for, since its stores would be closed under it. */
const SETTLE_MS = 10_000;

/** 128 + signal number, as shells report it. */
const SIGNAL_EXITS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: 129 } as const;

/**
 * @returns the exit code: 0 for q, 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP
 * @throws what a view has thrown, with the terminal given back
 */
export async function runLive(options: LiveOptions): Promise<number> {
  const { io, store, collector, details, commands, place, now, until } = options;
  // Ink asks for Node's own terminal streams; the command has made sure that these are.
  const stdout = io.stdout as NodeJS.WriteStream;
  const stdin = io.stdin as NodeJS.ReadStream;
  let end: (exitCode: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));

  const leave = enterAlternateScreen(stdout);
  const disownSignals = onSignals(end);
  // The sale may be over before this was loaded.
  if (until?.aborted) end(EXIT.ok);
  until?.addEventListener('abort', () => end(EXIT.ok), { once: true });
  const resize = (columns: number, rows: number) => store.dispatch({ type: 'resized', columns, rows });
  const steady = createSteadyOutput(stdout, resize);
  let ticking: NodeJS.Timeout | undefined;
  const tick = () => {
    if (!steady.isChanging()) store.dispatch({ type: 'tick', at: now() });
    ticking = setTimeout(tick, Math.min(TICK_MS, store.getState().view.intervalMs));
  };
  resize(stdout.columns, stdout.rows);
  tick();
  const screen = render(
    <App
      store={store}
      place={place}
      keyboard={stdin.isTTY}
      onQuit={end}
      onCommand={(command) => commands.run(command)}
    />,
    { stdout: steady.stream, stdin, exitOnCtrlC: false, patchConsole: false, maxFps: MAX_FPS },
  );
  try {
    collector.start();
    details.start();
    // A view that throws makes Ink end by itself, with the error.
    return await Promise.race([ended, screen.waitUntilExit().then(() => EXIT.ok)]);
  } finally {
    clearTimeout(ticking);
    steady.close();
    screen.unmount();
    leave();
    disownSignals();
    details.stop();
    await within(commands.settled(), SETTLE_MS);
    await collector.stop();
  }
}

/** @returns the undo */
function onSignals(end: (exitCode: number) => void): () => void {
  const listeners = Object.entries(SIGNAL_EXITS).map(([signal, exitCode]) => {
    const listener = () => end(exitCode);
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => listeners.forEach((off) => off());
}
