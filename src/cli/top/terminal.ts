/** The alternate screen: entered for the dashboard, left however it ends, with the shell's history as it was. */

const ENTER = '\u001b[?1049h\u001b[2J\u001b[H';
/** Cursor shown first: it is a setting of both screens. */
const LEAVE = '\u001b[?25h\u001b[?1049l';
const CLEAR = '\u001b[2J\u001b[H';

interface Screen {
  write(text: string): unknown;
}

/**
 * Also left when the process ends by itself or crashes: an `exit` listener writes synchronously to a terminal.
 * @returns leaves it; safe to call again
 */
export function enterAlternateScreen(stdout: Screen): () => void {
  let entered = true;
  const leave = () => {
    process.off('exit', leave);
    if (entered) stdout.write(LEAVE);
    entered = false;
  };
  process.once('exit', leave);
  stdout.write(ENTER);
  return leave;
}

/** Wipes what a terminal of another size left behind; Ink then draws from the upper left corner. */
export function clearScreen(stdout: Screen): void {
  stdout.write(CLEAR);
}
