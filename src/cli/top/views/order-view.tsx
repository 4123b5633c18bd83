/** One order as `inspect` tells it, line by line. */
import { Text } from 'ink';
import { stripColour } from '../../output/visible.js';
import type { Layout } from '../format/layout.js';
import { lastKnownText } from '../format/screen-text.js';
import { plainText } from '../format/plain-text.js';
import type { Symbols } from '../format/symbols.js';
import type { TopData } from '../state/model.js';
import { toSourceFigures } from '../state/snapshot.js';
import { Line } from './line.js';
import { Tile } from './tile.js';

export interface OrderViewProps {
  readonly data: TopData;
  readonly now: number;
  readonly drill: { readonly orderId: string; readonly top: number };
  readonly layout: Layout;
  readonly symbols: Symbols;
}

export function OrderView({ data, now, drill, layout, symbols }: OrderViewProps) {
  const { width, listLines } = layout;
  const look = data.looks.order?.orderId === drill.orderId ? data.looks.order : null;
  const lines = look?.lines ?? [];
  const shown = lines.slice(drill.top, drill.top + listLines);
  const more = lines.length - drill.top - shown.length;
  const failure = lastKnownText(toSourceFigures(data.details.order, now));
  const foot = failure !== '' ? failure : more > 0 ? `${more} more lines below: j` : 'esc goes back';
  return (
    <Tile title={`Order ${drill.orderId}`} foot={foot} width={width} lines={listLines} symbols={symbols}>
      {look === null && <Line stale>{failure === '' ? 'asking every store about it' : failure}</Line>}
      {shown.map((text, at) => (
        // Lines have no identity but their place. An empty one would take no row.
        <Text key={drill.top + at} wrap="truncate">
          {text === '' ? ' ' : symbols.ascii ? plainText(stripColour(text), symbols) : text}
        </Text>
      ))}
    </Tile>
  );
}
