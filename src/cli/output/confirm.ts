/** Asks before a change that touches many things. Never required: --yes answers, and without a terminal it refuses. */
import { createInterface } from 'node:readline/promises';
import { AppError, EXIT } from '../../core/errors.js';
import type { CliIo } from '../io.js';

export interface Confirmation {
  /** What would happen, with the count: `hand over 12 orders again`. */
  readonly what: string;
  /** Value of --yes. */
  readonly yes: boolean | undefined;
  /** For what cannot be taken back: must be typed in full instead of y. */
  readonly typed?: string;
}

/**
 * Returns when the operator agreed.
 * @throws AppError REFUSED without a terminal and without --yes, and on any other answer; nothing was changed
 */
export async function requireConfirmation(io: CliIo, confirmation: Confirmation): Promise<void> {
  if (confirmation.yes) return;
  if (io.stdin.isTTY !== true || io.stderr.isTTY !== true) {
    throw new AppError(
      'REFUSED',
      `about to ${confirmation.what}, and there is no terminal to ask on; nothing was changed`,
      {
        hint:
          confirmation.typed === undefined
            ? 'Look first with --dry-run, then run it again with --yes'
            : `Look first with --dry-run, then run it again with --confirm ${JSON.stringify(confirmation.typed)}`,
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
    const { typed } = confirmation;
    const question = typed === undefined ? 'Go on? [y/N] ' : `Type "${typed}" to go on: `;
    const answer = await Promise.race([
      prompt.question(`About to ${confirmation.what}. ${question}`),
      closed,
    ]);
    if (typed === undefined ? /^y(es)?$/i.test(answer.trim()) : answer.trim() === typed.trim()) return;
    throw new AppError('REFUSED', 'not confirmed; nothing was changed', {
      hint: typed === undefined ? 'Answer y to go on' : `Type ${typed} to go on`,
    });
  } finally {
    prompt.close();
  }
}
