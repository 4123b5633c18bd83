/** Says on stderr what a long run is doing: steps as lines, and on a terminal one line that is written over. */
import type { Voice } from '../bench/voice.js';
import type { CliContext } from './context.js';

export interface TerminalVoice extends Voice {
  /** Wipes the line that is written over. Safe to call again. */
  end(): void;
}

const ERASE_LINE = '\r\u001b[K';
/** Into a pipe or a log, progress is told by lines, so not by every one. */
const PLAIN_STATUS_MS = 3_000;

export function createVoice({ io, output }: CliContext): TerminalVoice {
  // Under --json too: a terminal behind stderr means that somebody watches, and the line is wiped in the end.
  const live = io.stderr.isTTY === true;
  let shown = false;
  let lastPlainAt = -Infinity;

  function wipe(): void {
    if (shown) io.stderr.write(ERASE_LINE);
    shown = false;
  }

  return {
    line(text) {
      wipe();
      output.note(text);
    },
    status(text) {
      if (live) {
        const width = (io.stderr.columns ?? 80) - 1;
        io.stderr.write(ERASE_LINE + output.noteColours.faint(text.slice(0, width)));
        shown = true;
      } else if (performance.now() - lastPlainAt >= PLAIN_STATUS_MS) {
        lastPlainAt = performance.now();
        output.note(text);
      }
    },
    end: wipe,
  };
}
