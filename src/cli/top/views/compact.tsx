/** The view of a screen under 80x24: one sentence, then the same figures as plain lines, as many as fit. */
import { Box, Text } from 'ink';
import { compactLines } from '../format/compact-lines.js';
import { FULL_SIZE, type Layout } from '../format/layout.js';
import { fit } from '../format/numbers.js';
import { plainText } from '../format/plain-text.js';
import type { Symbols } from '../format/symbols.js';
import type { TopState } from '../state/model.js';
import { COLOURS } from './colours.js';
import type { TopSnapshot } from '../state/snapshot.js';

export interface CompactProps {
  readonly state: TopState;
  readonly snapshot: TopSnapshot;
  readonly layout: Layout;
  readonly symbols: Symbols;
  /** Aloud: then no line is cut, and size is no matter. */
  readonly isRead: boolean;
}

export function Compact({ state, snapshot, layout, symbols, isRead }: CompactProps) {
  const { width, height } = layout;
  const lines = compactLines(state, snapshot, width, symbols).map((text) => plainText(text, symbols));
  const shown = [sentenceOf(state, layout, isRead), ...lines];
  if (isRead) {
    return (
      <Box flexDirection="column">
        {shown.map((line, index) => (
          <Text key={index}>{line}</Text>
        ))}
      </Box>
    );
  }
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      {shown.slice(0, height).map((line, index) => (
        // Lines have no identity but their place.
        <Text key={index} wrap="truncate" {...(line.startsWith('! ') ? { color: COLOURS.bad } : {})}>
          {line === '' ? ' ' : fit(line, width, symbols.ellipsis)}
        </Text>
      ))}
    </Box>
  );
}

function sentenceOf({ view }: TopState, { width, height }: Layout, isRead: boolean): string {
  const { filter } = view.lists[view.screen];
  if (view.typingFilter) return `/ ${filter}`;
  if (view.notice) return view.notice.text;
  const paused = view.frozen ? ' PAUSED.' : '';
  if (isRead) return `ordersctl top, ${view.screen}.${paused} ? helps, q quits.`;
  const size = `${width}x${height + 1}`;
  return `${size} is small, ${FULL_SIZE.columns}x${FULL_SIZE.rows} shows all.${paused} ${view.screen}, q quits.`;
}
