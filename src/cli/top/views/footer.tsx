/** The last line: the views and the keys worth knowing, or what is typed, or what a key has just done. */
import { Text } from 'ink';
import { fit } from '../format/numbers.js';
import type { Symbols } from '../format/symbols.js';
import { KEYS } from '../keys.js';
import type { TopView } from '../state/model.js';
import { SCREENS } from '../state/screens.js';
import { COLOURS } from './colours.js';

export interface FooterProps {
  readonly view: TopView;
  readonly width: number;
  readonly symbols: Symbols;
}

export function Footer({ view, width, symbols }: FooterProps) {
  if (view.typingFilter) {
    const { filter } = view.lists[view.screen];
    return (
      <Text wrap="truncate">
        <Text color={COLOURS.accent}>{` / ${filter}${symbols.cursor}`}</Text>
        <Text dimColor>{'  enter keeps it, esc clears it'}</Text>
      </Text>
    );
  }
  if (view.notice) {
    const { text, bad } = view.notice;
    return (
      <Text wrap="truncate" bold color={bad ? COLOURS.bad : COLOURS.good}>
        {fit(` ${text}`, width, symbols.ellipsis)}
      </Text>
    );
  }
  const views = SCREENS.map((screen, at) => ({
    label: String(at + 1),
    word: screen,
    isShown: screen === view.screen,
  }));
  let room = width - views.reduce((sum, { label, word }) => sum + label.length + word.length + 2, 1) - 2;
  const keys = KEYS.filter(({ short }) => short !== '').filter(({ label, short }) => {
    const needed = label.length + short.length + 2;
    room -= needed;
    return room >= 0;
  });
  return (
    <Text wrap="truncate">
      {views.map(({ label, word, isShown }) => (
        <Text key={label} bold={isShown}>
          {isShown ? '[' : ' '}
          <Text color={COLOURS.accent}>{label}</Text>
          <Text dimColor={!isShown}>{` ${word}`}</Text>
          {isShown ? ']' : ''}
        </Text>
      ))}
      {keys.map(({ label, short }) => (
        <Text key={label}>
          <Text color={COLOURS.accent}>{` ${label}`}</Text>
          <Text dimColor>{` ${short}`}</Text>
        </Text>
      ))}
    </Text>
  );
}
