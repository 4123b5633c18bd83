/** What to look at now and the command for it; the freshness of every source in the lower border. */
import { Text } from 'ink';
import { TILE_MARGIN } from '../format/layout.js';
import { fit } from '../format/numbers.js';
import { freshnessLine } from '../format/screen-text.js';
import { plainText } from '../format/plain-text.js';
import type { Symbols } from '../format/symbols.js';
import type { Attention } from '../state/attention.js';
import type { TopSnapshot } from '../state/snapshot.js';
import { COLOURS } from './colours.js';
import { Line } from './line.js';
import { Tile } from './tile.js';

/** A message is not cut below this, even where the command then is. */
const LEAST_MESSAGE = 24;

export interface AttentionTileProps {
  readonly snapshot: TopSnapshot;
  readonly width: number;
  readonly rows: number;
  readonly symbols: Symbols;
}

export function AttentionTile({ snapshot, width, rows, symbols }: AttentionTileProps) {
  const { attention } = snapshot;
  const shown = attention.length > rows ? attention.slice(0, rows - 1) : attention;
  return (
    <Tile
      title={`Attention (${attention.length})`}
      foot={freshnessLine(snapshot, symbols.separator)}
      width={width}
      lines={rows}
      symbols={symbols}
    >
      {shown.map((one) => (
        <AttentionLine key={one.message} attention={one} room={width - TILE_MARGIN} symbols={symbols} />
      ))}
      {attention.length === 0 && <Line stale>nothing</Line>}
      {shown.length < attention.length && <Line stale>{`and ${attention.length - shown.length} more`}</Line>}
    </Tile>
  );
}

interface AttentionLineProps {
  readonly attention: Attention;
  readonly room: number;
  readonly symbols: Symbols;
}

/** The command is what the operator came for, so a long message gives way to it. */
function AttentionLine({ attention, room, symbols }: AttentionLineProps) {
  const command = attention.command === null ? '' : ` ${symbols.arrow} ${attention.command}`;
  const message = plainText(`! ${attention.message}`, symbols);
  const width = Math.min(message.length, Math.max(LEAST_MESSAGE, room - command.length));
  return (
    <Line>
      <Text color={COLOURS[attention.severity]}>{fit(message, width, symbols.ellipsis)}</Text>
      {fit(command, Math.min(command.length, room - width), symbols.ellipsis)}
    </Line>
  );
}
