/** What happens to the dialog of a change. Pure. */
import {
  canClose,
  openDialog,
  submitted,
  withEnd,
  withErased,
  withPlan,
  withTyped,
  type Change,
} from './dialog.js';
import type { TopView } from './model.js';

export type DialogAction =
  | { readonly type: 'dialogOpened'; readonly change: Change }
  | {
      readonly type: 'planned';
      readonly lines: readonly string[];
      readonly expected: string;
      readonly asksReason: boolean;
    }
  | { readonly type: 'dialogTyped'; readonly text: string }
  | { readonly type: 'dialogErased' }
  | { readonly type: 'submitted' }
  | { readonly type: 'dialogDone'; readonly lines: readonly string[]; readonly succeeded: boolean }
  | { readonly type: 'dialogClosed' };

export function reduceDialog(view: TopView, action: DialogAction): TopView {
  if (action.type === 'dialogOpened') return { ...view, dialog: openDialog(action.change), helpOpen: false };
  const { dialog } = view;
  if (!dialog) return view;
  switch (action.type) {
    case 'planned':
      return { ...view, dialog: withPlan(dialog, action) };
    case 'dialogTyped':
      return { ...view, dialog: withTyped(dialog, action.text) };
    case 'dialogErased':
      return { ...view, dialog: withErased(dialog) };
    case 'submitted':
      return { ...view, dialog: submitted(dialog) };
    case 'dialogDone':
      return { ...view, dialog: withEnd(dialog, action.lines, action.succeeded) };
    case 'dialogClosed':
      return canClose(dialog) ? { ...view, dialog: null } : view;
  }
}
