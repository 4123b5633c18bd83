/** The help of a view: every key that does something in it, and what the words on it mean. */
import { Text } from 'ink';
import { TILE_MARGIN, type Layout } from '../format/layout.js';
import { fit } from '../format/numbers.js';
import type { Symbols } from '../format/symbols.js';
import { helpEntries } from '../help-words.js';
import type { TopView } from '../state/model.js';
import { COLOURS } from './colours.js';
import { Line } from './line.js';
import { Tile } from './tile.js';

export interface HelpProps {
  readonly view: Pick<TopView, 'screen' | 'helpTop'>;
  readonly allowActions: boolean;
  readonly layout: Layout;
  readonly symbols: Symbols;
}

const TERM = 12;

export function Help({ view, allowActions, layout, symbols }: HelpProps) {
  const { width, listLines } = layout;
  const entries = helpEntries(view.screen, allowActions);
  const shown = entries.slice(view.helpTop, view.helpTop + listLines);
  const below = entries.length - view.helpTop - shown.length;
  return (
    <Tile
      title={`Help: ${view.screen}`}
      foot={below > 0 ? `${below} more below: j; esc closes` : 'esc closes'}
      width={width}
      lines={listLines}
      symbols={symbols}
    >
      {shown.map(({ term, text }) => (
        <Line key={term}>
          <Text color={COLOURS.accent}>{term.padEnd(TERM)}</Text>
          {fit(text, width - TILE_MARGIN - TERM, symbols.ellipsis)}
        </Line>
      ))}
    </Tile>
  );
}
