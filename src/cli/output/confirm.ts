/** Asks before a change that touches many things. Never required: --yes answers, and without a terminal it refuses. */
import { createInterface } from 'node:readline/promises';
import { AppError, EXIT } from '../../core/errors.js';
import type { CliIo } from '../io.js';

export interface Confirmation {
  /** What would happen, with the count: `hand over 12 orders again`. */
  readonly what: string;
  /** Value of --yes. */
  readonly yes: boolean | undefined;
}

/**
 * Returns when the operator agreed.
 * @throws AppError REFUSED without a terminal and without --yes, and on any answer but yes; nothing was changed
 */
export async function requireConfirmation(io: CliIo, confirmation: Confirmation): Promise<void> {
  if (confirmation.yes) return;
  if (io.stdin.isTTY !== true || io.stderr.isTTY !== true) {
    throw new AppError(
      'REFUSED',
      `about to ${confirmation.what}, and there is no terminal to ask on; nothing was changed`,
      {
        hint: 'Look first with --dry-run, then run it again with --yes',
      },
    );
  }
  const prompt = createInterface({ input: io.stdin, output: io.stderr });
  // While readline owns the terminal, Ctrl-C is a key and no signal.
  prompt.once('SIGINT', () => {
    io.stderr.write('\n');
    io.forceExit(EXIT.interrupted);
  });
  // Closed input (Ctrl-D) never answers the question: it counts as no.
  const closed = new Promise<string>((resolve) => prompt.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([
      prompt.question(`About to ${confirmation.what}. Go on? [y/N] `),
      closed,
    ]);
    if (!/^y(es)?$/i.test(answer.trim())) {
      throw new AppError('REFUSED', 'not confirmed; nothing was changed', { hint: 'Answer y to go on' });
    }
  } finally {
    prompt.close();
  }
}
