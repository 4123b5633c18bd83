/** What the dialog of a change says, line by line. */
import type { Dialog } from '../state/dialog.js';

export interface DialogLine {
  readonly text: string;
  readonly meaning?: 'bad' | 'good' | 'warning' | 'accent' | undefined;
}

export function dialogTitle({ change }: Dialog): string {
  return change.kind === 'replay'
    ? `Replay order ${change.orderId}`
    : `${change.intent === 'pause' ? 'Pause' : 'Open'} the sale of ${change.productId}`;
}

/** @param cursor stands where typing goes on */
export function dialogLines(dialog: Dialog, cursor: string): DialogLine[] {
  const { step, lines, typed, expected, complaint, reason, succeeded } = dialog;
  const plan = lines.map((text): DialogLine => ({ text }));
  const wrong: DialogLine[] = complaint === null ? [] : [{ text: complaint, meaning: 'bad' }];
  switch (step) {
    case 'looking':
      return [{ text: 'looking what would be done: nothing is changed yet' }];
    case 'reason':
      return [
        { text: 'Plan; nothing is changed yet:', meaning: 'accent' },
        ...plan,
        { text: '' },
        { text: `Why? ${typed}${cursor}` },
        ...wrong,
        { text: 'enter goes on, esc changes nothing' },
      ];
    case 'confirm':
      return [
        { text: 'Plan; nothing is changed yet:', meaning: 'accent' },
        ...plan,
        ...(reason === '' ? [] : [{ text: `reason: ${reason}` }]),
        { text: '' },
        { text: `Type "${expected}" to go on: ${typed}${cursor}`, meaning: 'warning' },
        ...wrong,
        { text: 'enter carries it out, esc changes nothing' },
      ];
    case 'working':
      return [...plan, { text: '' }, { text: 'carrying it out; wait for its end', meaning: 'warning' }];
    case 'done':
      return [
        ...lines.map((text): DialogLine => ({ text, meaning: succeeded ? 'good' : 'bad' })),
        { text: '' },
        { text: 'esc closes' },
      ];
  }
}
