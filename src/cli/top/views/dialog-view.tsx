/** The dialog of a change, over the whole screen: while it is open nothing else is worth a look. */
import { Text } from 'ink';
import { wrapWords } from '../../output/visible.js';
import { dialogLines, dialogTitle } from '../format/dialog-lines.js';
import { TILE_MARGIN, type Layout } from '../format/layout.js';
import { plainText } from '../format/plain-text.js';
import type { Symbols } from '../format/symbols.js';
import type { Dialog } from '../state/dialog.js';
import { COLOURS } from './colours.js';
import { Tile } from './tile.js';

export interface DialogViewProps {
  readonly dialog: Dialog;
  readonly layout: Layout;
  readonly symbols: Symbols;
}

export function DialogView({ dialog, layout, symbols }: DialogViewProps) {
  const { width, listLines } = layout;
  const lines = dialogLines(dialog, symbols.cursor).flatMap(({ text, meaning }) =>
    wrapWords(symbols.ascii ? plainText(text, symbols) : text, width - TILE_MARGIN)
      .split('\n')
      .map((part) => ({
        part,
        meaning,
      })),
  );
  // The question is at the end: a long plan gives way to it.
  const shown = lines.length <= listLines ? lines : lines.slice(-listLines);
  return (
    <Tile title={dialogTitle(dialog)} foot="esc closes" width={width} lines={listLines} symbols={symbols}>
      {shown.map(({ part, meaning }, at) => (
        // Lines have no identity but their place. An empty one would take no row.
        <Text key={at} wrap="truncate" {...(meaning ? { color: COLOURS[meaning] } : {})}>
          {part === '' ? ' ' : part}
        </Text>
      ))}
    </Tile>
  );
}
