/** The dashboard on a terminal: draws until a key or a signal ends it, and gives the terminal back as it was. */
import { render } from 'ink';
import { EXIT } from '../../core/errors.js';
import type { CliIo } from '../io.js';
import type { Collector } from './collector.js';
import type { TopStore } from './state/store.js';
import { clearScreen, enterAlternateScreen } from './terminal.js';
import { App } from './views/app.js';

export interface LiveOptions {
  readonly io: CliIo;
  readonly store: TopStore;
  readonly collector: Collector;
  readonly where: string;
  readonly now: () => number;
  /** Ends it as q does. */
  readonly until?: AbortSignal;
}

/** Ages are shown in seconds; keys and a moving window edge are followed faster. */
const TICK_MS = 1_000;
const MAX_FPS = 10;

/** 128 + signal number, as shells report it. */
const SIGNAL_EXITS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: 129 } as const;

/** @returns the exit code: 0 for q, 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP */
export async function runLive({ io, store, collector, where, now, until }: LiveOptions): Promise<number> {
  // Ink asks for Node's own terminal streams; the command has made sure that these are.
  const stdout = io.stdout as NodeJS.WriteStream;
  const stdin = io.stdin as NodeJS.ReadStream;
  let end: (exitCode: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));

  const leave = enterAlternateScreen(stdout);
  const disownSignals = onSignals(end);
  until?.addEventListener('abort', () => end(EXIT.ok));
  // Before Ink's own listener, which would draw the old layout into the new size.
  const onResize = () => {
    clearScreen(stdout);
    store.dispatch({ type: 'resized', columns: stdout.columns, rows: stdout.rows });
  };
  stdout.on('resize', onResize);
  let ticking: NodeJS.Timeout | undefined;
  const tick = () => {
    store.dispatch({ type: 'tick', at: now() });
    ticking = setTimeout(tick, Math.min(TICK_MS, store.getState().view.intervalMs));
  };
  tick();
  store.dispatch({ type: 'resized', columns: stdout.columns, rows: stdout.rows });
  const screen = render(<App store={store} where={where} keyboard={stdin.isTTY} onQuit={end} />, {
    stdout,
    stdin,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: MAX_FPS,
  });
  try {
    collector.start();
    // A view that throws makes Ink end by itself, with the error.
    return await Promise.race([ended, screen.waitUntilExit().then(() => EXIT.ok)]);
  } finally {
    clearTimeout(ticking);
    stdout.off('resize', onResize);
    screen.unmount();
    leave();
    disownSignals();
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
