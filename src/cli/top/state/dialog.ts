/** The box in which a change is planned, given a reason, confirmed by typing, and told. Pure. */

export type Change =
  | { readonly kind: 'replay'; readonly orderId: string }
  | { readonly kind: 'sale'; readonly productId: string; readonly intent: 'pause' | 'open' };

/** looking: the plan is made. reason, confirm: something is typed. working: it is carried out. done: it is told. */
export type DialogStep = 'looking' | 'reason' | 'confirm' | 'working' | 'done';

export interface Dialog {
  readonly change: Change;
  readonly step: DialogStep;
  /** The plan, or what came of it. */
  readonly lines: readonly string[];
  readonly typed: string;
  /** What must be typed to confirm. */
  readonly expected: string;
  readonly reason: string;
  /** What was wrong with the last entry. */
  readonly complaint: string | null;
  /** Of a dialog that is done. */
  readonly succeeded: boolean;
}

/** What is typed is kept on record or compared: longer is a slip. */
const LONGEST = 200;

export function openDialog(change: Change): Dialog {
  return {
    change,
    step: 'looking',
    lines: [],
    typed: '',
    expected: '',
    reason: '',
    complaint: null,
    succeeded: false,
  };
}

/** @param asksReason in production every change has one */
export function withPlan(
  dialog: Dialog,
  plan: { readonly lines: readonly string[]; readonly expected: string; readonly asksReason: boolean },
): Dialog {
  return {
    ...dialog,
    lines: plan.lines,
    expected: plan.expected,
    step: plan.asksReason ? 'reason' : 'confirm',
  };
}

export function withEnd(dialog: Dialog, lines: readonly string[], succeeded: boolean): Dialog {
  return { ...dialog, step: 'done', lines, succeeded, typed: '', complaint: null };
}

export function withTyped(dialog: Dialog, text: string): Dialog {
  if (dialog.step !== 'reason' && dialog.step !== 'confirm') return dialog;
  return { ...dialog, typed: (dialog.typed + text).slice(0, LONGEST), complaint: null };
}

export function withErased(dialog: Dialog): Dialog {
  return { ...dialog, typed: dialog.typed.slice(0, -1), complaint: null };
}

/** Enter: the reason is taken, the confirmation compared. `working` is for the caller to carry out. */
export function submitted(dialog: Dialog): Dialog {
  const text = dialog.typed.trim();
  if (dialog.step === 'reason') {
    if (text === '') return { ...dialog, complaint: 'production wants a reason: it is kept with the action' };
    return { ...dialog, reason: text, typed: '', step: 'confirm', complaint: null };
  }
  if (dialog.step !== 'confirm') return dialog;
  if (text !== dialog.expected)
    return { ...dialog, typed: '', complaint: `that is not ${dialog.expected}; nothing was changed` };
  return { ...dialog, typed: '', step: 'working', complaint: null };
}

/** A change under way is waited for: nobody should believe that it was called off. */
export function canClose({ step }: Dialog): boolean {
  return step !== 'working';
}
