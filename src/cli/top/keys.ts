/** Every key of the dashboard: what it does, and its line in the help. Rendered and dispatched from this one list. */
import { EXIT } from '../../core/errors.js';
import type { TopAction } from './state/reducer.js';
import { SCREENS, type ScreenName } from './state/screens.js';

/** Keys that are no characters. */
export const NAMED_KEYS = [
  'enter',
  'escape',
  'tab',
  'backtab',
  'backspace',
  'up',
  'down',
  'pageup',
  'pagedown',
  'home',
  'end',
] as const;
export type NamedKey = (typeof NAMED_KEYS)[number];

/** One key: a name, or a character, perhaps with ctrl. */
export interface KeyPress {
  readonly name: NamedKey | null;
  readonly input: string;
  readonly ctrl: boolean;
}

/** What is done outside of the state: with the terminal, files and stores. */
export type CommandName = 'enter' | 'copyId' | 'copyCommand' | 'save' | 'replay' | 'changeSale' | 'confirm';

export type KeyEffect =
  | { readonly kind: 'dispatch'; readonly action: TopAction }
  | { readonly kind: 'command'; readonly command: CommandName }
  | { readonly kind: 'quit'; readonly exitCode: number };

export interface KeyBinding {
  readonly label: string;
  readonly help: string;
  /** Its word in the last line; empty for keys that only the help shows. */
  readonly short: string;
  /** The views in which it does something; all where nothing is said. */
  readonly screens?: readonly ScreenName[];
  /** Changes something: needs --allow-actions. */
  readonly isAction?: true;
  readonly inputs: readonly string[];
  readonly names: readonly NamedKey[];
  readonly ctrl: boolean;
  /** @param input of the key, where one binding has several */
  readonly effect: (input: string) => KeyEffect;
}

const dispatch =
  (action: TopAction): KeyBinding['effect'] =>
  () => ({ kind: 'dispatch', action });
const command =
  (name: CommandName): KeyBinding['effect'] =>
  () => ({ kind: 'command', command: name });

interface Binding {
  readonly label: string;
  readonly help: string;
  readonly inputs?: readonly string[];
  readonly names?: readonly NamedKey[];
  readonly effect: KeyBinding['effect'];
  readonly short?: string;
  readonly screens?: readonly ScreenName[];
  readonly isAction?: true;
  readonly ctrl?: boolean;
}

function key({ inputs = [], names = [], short = '', ctrl = false, ...rest }: Binding): KeyBinding {
  return { inputs, names, short, ctrl, ...rest };
}

const WITH_IDS: readonly ScreenName[] = ['overview', 'orders', 'stuck'];
const WITH_ORDERS: readonly ScreenName[] = ['orders', 'stuck'];

/** In the order of the help; those with a short word are in the last line, as many as fit. */
export const KEYS: readonly KeyBinding[] = [
  key({
    label: '?',
    short: 'help',
    help: 'open and close this help',
    inputs: ['?', 'h'],
    effect: dispatch({ type: 'toggleHelp' }),
  }),
  key({
    label: '/',
    short: 'filter',
    help: 'filter the list',
    inputs: ['/'],
    effect: dispatch({ type: 'typeFilter' }),
  }),
  key({
    label: 'space',
    short: 'pause',
    help: 'hold the picture; polling goes on',
    inputs: [' '],
    effect: dispatch({ type: 'togglePause' }),
  }),
  key({
    label: 'q',
    short: 'quit',
    help: 'quit',
    inputs: ['q', 'Q'],
    effect: () => ({ kind: 'quit', exitCode: EXIT.ok }),
  }),
  key({
    label: '+/-',
    short: 'rate',
    help: 'poll less or more often, by 250 ms',
    inputs: ['+', '=', '-', '_'],
    effect: paced,
  }),
  key({
    label: '1-5, tab',
    help: 'go to a view, to the next one',
    inputs: ['1', '2', '3', '4', '5'],
    names: ['tab', 'backtab'],
    effect: shownBy,
  }),
  key({
    label: 'j k g G',
    help: 'down, up, first, last; arrows, PgUp, PgDn',
    inputs: ['j', 'k', 'g', 'G'],
    names: ['up', 'down', 'pageup', 'pagedown', 'home', 'end'],
    effect: movedBy,
  }),
  key({
    label: 's, r',
    help: 'sort by the next column, turn it round',
    inputs: ['s', 'r'],
    effect: sortedBy,
  }),
  key({ label: 'e', help: 'only problems', inputs: ['e'], effect: dispatch({ type: 'toggleProblems' }) }),
  key({ label: 'w', help: 'wide: more columns', inputs: ['w'], effect: dispatch({ type: 'toggleWide' }) }),
  key({
    label: 'b',
    help: 'graphs of blocks, braille or ASCII',
    inputs: ['b'],
    effect: dispatch({ type: 'nextGraph' }),
  }),
  key({
    label: 'enter',
    help: 'the orders of a product, the timeline of an order',
    names: ['enter'],
    screens: WITH_IDS,
    effect: command('enter'),
  }),
  key({ label: 'c', help: 'copy the id of the selected row', inputs: ['c'], effect: command('copyId') }),
  key({
    label: 'C',
    help: 'copy the command that mends it',
    inputs: ['C'],
    screens: ['stuck'],
    effect: command('copyCommand'),
  }),
  key({
    label: 'S',
    help: 'save all figures as JSON, and show where',
    inputs: ['S'],
    effect: command('save'),
  }),
  key({
    label: 'R',
    help: 'replay the selected order',
    inputs: ['R'],
    screens: WITH_ORDERS,
    isAction: true,
    effect: command('replay'),
  }),
  key({
    label: 'P',
    help: 'pause or open the sale of the product',
    inputs: ['P'],
    screens: WITH_IDS,
    isAction: true,
    effect: command('changeSale'),
  }),
  key({
    label: 'esc',
    help: 'back: close, or clear the filter',
    names: ['escape'],
    effect: dispatch({ type: 'back' }),
  }),
  key({
    label: 'ctrl-c',
    help: 'quit with exit code 130',
    inputs: ['c'],
    ctrl: true,
    effect: () => ({ kind: 'quit', exitCode: EXIT.interrupted }),
  }),
];

/** Those that do something in a view. */
export function keysOf(screen: ScreenName): readonly KeyBinding[] {
  return KEYS.filter(({ screens }) => screens === undefined || screens.includes(screen));
}

/** @returns undefined for a key that means nothing in this view */
export function effectOf({ name, input, ctrl }: KeyPress, screen: ScreenName): KeyEffect | undefined {
  const found = keysOf(screen).find((one) =>
    name === null ? one.ctrl === ctrl && one.inputs.includes(input) : one.names.includes(name),
  );
  return found?.effect(name ?? input);
}

function paced(input: string): KeyEffect {
  return { kind: 'dispatch', action: { type: input === '+' || input === '=' ? 'slower' : 'faster' } };
}

function shownBy(input: string): KeyEffect {
  if (input === 'tab') return { kind: 'dispatch', action: { type: 'nextScreen' } };
  if (input === 'backtab') return { kind: 'dispatch', action: { type: 'previousScreen' } };
  const screen = SCREENS[Number(input) - 1] ?? 'overview';
  return { kind: 'dispatch', action: { type: 'goTo', screen } };
}

const MOVES: Readonly<Record<string, readonly [by: number, unit: 'row' | 'page']>> = {
  j: [1, 'row'],
  down: [1, 'row'],
  k: [-1, 'row'],
  up: [-1, 'row'],
  pagedown: [1, 'page'],
  pageup: [-1, 'page'],
  g: [-Infinity, 'row'],
  home: [-Infinity, 'row'],
  G: [Infinity, 'row'],
  end: [Infinity, 'row'],
};

function movedBy(input: string): KeyEffect {
  const [by, unit] = MOVES[input] ?? [0, 'row'];
  return { kind: 'dispatch', action: { type: 'move', by, unit } };
}

function sortedBy(input: string): KeyEffect {
  return { kind: 'dispatch', action: { type: input === 's' ? 'sortNext' : 'reverse' } };
}
