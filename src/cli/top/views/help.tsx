/** The help of a view: every key that does something in it, and what the words on it mean. */
import { Text } from 'ink';
import { TILE_MARGIN, type Layout } from '../format/layout.js';
import { fit } from '../format/numbers.js';
import type { Symbols } from '../format/symbols.js';
import { HELP_WORDS } from '../help-words.js';
import { keysOf } from '../keys.js';
import type { ScreenName } from '../state/screens.js';
import { COLOURS } from './colours.js';
import { Line } from './line.js';
import { Tile } from './tile.js';

export interface HelpProps {
  readonly screen: ScreenName;
  readonly allowActions: boolean;
  readonly layout: Layout;
  readonly symbols: Symbols;
}

const TERM = 12;
/** Below this the text of a term is no sentence any more: then all stands in one column. */
const LEAST_COLUMN = 60;

export function Help({ screen, allowActions, layout, symbols }: HelpProps) {
  const { width, listLines } = layout;
  const keys = keysOf(screen).map(({ label, help, isAction }) => {
    return [label, isAction && !allowActions ? `${help}: needs --allow-actions` : help] as const;
  });
  const entries = [...keys, ...HELP_WORDS[screen]];
  const room = width - TILE_MARGIN;
  const side = room >= 2 * LEAST_COLUMN || entries.length > listLines ? 2 : 1;
  const column = Math.floor((room - (side - 1)) / side);
  const tall = Math.ceil(entries.length / side);
  return (
    <Tile title={`Help: ${screen}`} foot="esc closes" width={width} lines={listLines} symbols={symbols}>
      {entries.slice(0, tall).map((_entry, at) => (
        <Line key={at}>
          {Array.from({ length: side }, (_empty, part) => entries[at + part * tall]).map((entry, part) => (
            <Text key={part}>
              <Text
                color={COLOURS.accent}
              >{`${part === 0 ? '' : ' '}${(entry?.[0] ?? '').padEnd(TERM)}`}</Text>
              {fit(entry?.[1] ?? '', column - TERM, symbols.ellipsis)}
            </Text>
          ))}
        </Line>
      ))}
    </Tile>
  );
}
