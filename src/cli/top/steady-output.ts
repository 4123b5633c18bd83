/** The terminal as Ink sees it: its size changes only when a resize has come to rest, and then the screen is empty. */
import { EventEmitter } from 'node:events';
import { clearScreen } from './terminal.js';

export interface SteadyOutput {
  /** For Ink, in place of the terminal's own stream. */
  readonly stream: NodeJS.WriteStream;
  /** True while the terminal has another size than the picture: then nothing should be drawn. */
  isChanging(): boolean;
  close(): void;
}

/**
 * Ink wipes the screen, and what the shell had scrolled away, when a frame was as tall as the terminal is now: as every
 * frame is when a window is made smaller. The layout keeps frames within the terminal by itself.
 */
const ENDLESS = Number.MAX_SAFE_INTEGER;
/** A window that is dragged reports dozens of sizes in a second. */
const REST_MS = 80;

/** @param onResize told the new size before Ink is */
export function createSteadyOutput(
  stdout: NodeJS.WriteStream,
  onResize: (columns: number, rows: number) => void,
): SteadyOutput {
  const resizes = new EventEmitter();
  let { columns } = stdout;
  let waiting: NodeJS.Timeout | undefined;

  function apply(): void {
    waiting = undefined;
    ({ columns } = stdout);
    // What was drawn for another size is nothing that can be written over.
    clearScreen(stdout);
    onResize(columns, stdout.rows);
    resizes.emit('resize');
  }
  function onRawResize(): void {
    clearTimeout(waiting);
    waiting = setTimeout(apply, REST_MS);
  }
  stdout.on('resize', onRawResize);

  const stream = Object.create(stdout, {
    columns: { get: () => columns },
    rows: { value: ENDLESS },
    write: { value: stdout.write.bind(stdout) },
    on: { value: (event: string, listener: () => void) => (resizes.on(event, listener), stream) },
    off: { value: (event: string, listener: () => void) => (resizes.off(event, listener), stream) },
  }) as NodeJS.WriteStream;

  return {
    stream,
    isChanging: () => waiting !== undefined,
    close() {
      clearTimeout(waiting);
      waiting = undefined;
      stdout.off('resize', onRawResize);
    },
  };
}
