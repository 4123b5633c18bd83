/** From what the terminal sends to what is done: by what is open, a key is a command or a character. */
import { EXIT } from '../../core/errors.js';
import { effectOf, type KeyEffect, type KeyPress, type NamedKey } from './keys.js';
import type { TopView } from './state/model.js';

/** What Ink tells of a key, as far as it matters here. */
export interface InkKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly tab: boolean;
  readonly shift: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
}

/** Keys that were pressed faster than they were read come in one piece, as does what is pasted. */
export function toPresses(input: string, key: InkKey): KeyPress[] {
  const name = nameOf(key);
  if (name !== null) return [{ name, input: '', ctrl: key.ctrl }];
  // Alt and what terminals send that is no key: never a command.
  if (key.meta) return [];
  return [...input].flatMap((one): KeyPress[] => {
    if (one === '\r' || one === '\n') return [{ name: 'enter', input: '', ctrl: false }];
    if (one === '\t') return [{ name: 'tab', input: '', ctrl: false }];
    if (one === '\u007f' || one === '\b') return [{ name: 'backspace', input: '', ctrl: false }];
    return one < ' ' ? [] : [{ name: null, input: one, ctrl: key.ctrl }];
  });
}

function nameOf(key: InkKey): NamedKey | null {
  if (key.return) return 'enter';
  if (key.escape) return 'escape';
  if (key.tab) return key.shift ? 'backtab' : 'tab';
  // Most terminals send DEL for the key above enter.
  if (key.backspace || key.delete) return 'backspace';
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.pageUp) return 'pageup';
  if (key.pageDown) return 'pagedown';
  if (key.home) return 'home';
  return key.end ? 'end' : null;
}

/** @returns undefined for a key that means nothing now */
export function effectIn(view: TopView, press: KeyPress): KeyEffect | undefined {
  if (press.ctrl && press.input === 'c') return { kind: 'quit', exitCode: EXIT.interrupted };
  if (view.dialog) return effectInDialog(view.dialog.step, press);
  if (view.typingFilter) return effectInFilter(press);
  return effectOf(press, view.screen);
}

function effectInDialog(
  step: NonNullable<TopView['dialog']>['step'],
  press: KeyPress,
): KeyEffect | undefined {
  if (press.name === 'escape') return { kind: 'dispatch', action: { type: 'dialogClosed' } };
  if (step !== 'reason' && step !== 'confirm') {
    // Read by its keys: a change that is under way is not quit from, one that is told may be.
    const closes = step === 'done' && (press.name === 'enter' || press.input === 'q');
    return closes ? { kind: 'dispatch', action: { type: 'dialogClosed' } } : undefined;
  }
  if (press.name === 'enter') return { kind: 'command', command: 'confirm' };
  if (press.name === 'backspace') return { kind: 'dispatch', action: { type: 'dialogErased' } };
  if (press.name !== null || press.ctrl) return undefined;
  return { kind: 'dispatch', action: { type: 'dialogTyped', text: press.input } };
}

function effectInFilter(press: KeyPress): KeyEffect | undefined {
  if (press.name === 'enter') return { kind: 'dispatch', action: { type: 'filterKept' } };
  if (press.name === 'escape') return { kind: 'dispatch', action: { type: 'filterCleared' } };
  if (press.name === 'backspace') return { kind: 'dispatch', action: { type: 'filterErased' } };
  if (press.name !== null || press.ctrl) return undefined;
  return { kind: 'dispatch', action: { type: 'filterTyped', text: press.input } };
}
