/** Every key of the dashboard: what it does, and its line in the help. Rendered and dispatched from this one list. */
import { EXIT } from '../../core/errors.js';
import type { TopAction } from './state/reducer.js';

/** What Ink tells about a key press, as far as it matters here. */
export interface KeyPress {
  readonly input: string;
  readonly ctrl: boolean;
  readonly escape: boolean;
}

export type KeyEffect =
  | { readonly kind: 'dispatch'; readonly action: TopAction }
  | { readonly kind: 'quit'; readonly exitCode: number };

export interface KeyBinding {
  readonly label: string;
  readonly help: string;
  /** Its words in the footer; empty for keys that only the help shows. */
  readonly short: string;
  readonly matches: (press: KeyPress) => boolean;
  readonly effect: KeyEffect;
}

const plain =
  (...inputs: string[]) =>
  (press: KeyPress) =>
    !press.ctrl && inputs.includes(press.input);
const dispatch = (type: 'togglePause' | 'toggleHelp' | 'closeHelp' | 'nextGraph' | 'slower' | 'faster') =>
  ({ kind: 'dispatch', action: { type } }) as const;

export const KEYS: readonly KeyBinding[] = [
  {
    label: '?',
    short: 'help',
    help: 'open and close this help',
    matches: plain('?', 'h'),
    effect: dispatch('toggleHelp'),
  },
  {
    label: 'space',
    short: 'pause',
    help: 'hold the picture; polling goes on',
    matches: plain(' '),
    effect: dispatch('togglePause'),
  },
  {
    label: '+',
    short: '',
    help: 'poll less often, by 250 ms',
    matches: plain('+', '='),
    effect: dispatch('slower'),
  },
  {
    label: '-',
    short: '',
    help: 'poll more often, by 250 ms',
    matches: plain('-', '_'),
    effect: dispatch('faster'),
  },
  { label: '+/-', short: 'interval', help: '', matches: () => false, effect: dispatch('slower') },
  {
    label: 'g',
    short: '',
    help: 'graphs of blocks, braille or ASCII',
    matches: plain('g'),
    effect: dispatch('nextGraph'),
  },
  {
    label: 'esc',
    short: '',
    help: 'close the help',
    matches: (press) => press.escape,
    effect: dispatch('closeHelp'),
  },
  {
    label: 'q',
    short: 'quit',
    help: 'quit',
    matches: plain('q', 'Q'),
    effect: { kind: 'quit', exitCode: EXIT.ok },
  },
  {
    label: 'ctrl-c',
    short: '',
    help: 'quit with exit code 130',
    matches: (press) => press.ctrl && press.input === 'c',
    effect: { kind: 'quit', exitCode: EXIT.interrupted },
  },
];

/** @returns undefined for a key that means nothing */
export function effectOf(press: KeyPress): KeyEffect | undefined {
  return KEYS.find((key) => key.matches(press))?.effect;
}
