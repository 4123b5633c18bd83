/** Units of each product: where they are, when they will be gone, and whether none was lost or sold twice. */
import { Text } from 'ink';
import { PRODUCT_GAP, type Layout } from '../format/layout.js';
import { awayText } from '../format/screen-text.js';
import { fitColumns, headingLine } from '../format/table-line.js';
import type { Symbols } from '../format/symbols.js';
import type { ListedRows } from '../rows/listed-rows.js';
import { selectedAt, topOf } from '../state/list.js';
import type { TopView } from '../state/model.js';
import type { TopSnapshot } from '../state/snapshot.js';
import { Line } from './line.js';
import { RowLine } from './row-line.js';
import { Tile } from './tile.js';
import { listTitle } from './list-title.js';

export interface StockTileProps {
  readonly snapshot: TopSnapshot;
  readonly listed: ListedRows;
  readonly view: TopView;
  readonly layout: Layout;
  readonly symbols: Symbols;
}

export function StockTile({ snapshot, listed, view, layout, symbols }: StockTileProps) {
  const { width, productRows: lines, productColumns: side, productWidth } = layout;
  const stale = snapshot.sources.postgres.state !== 'answered';
  const list = view.lists.overview;
  const { rows, total } = listed;
  const columns = fitColumns(listed.columns, productWidth, view.wide);
  const selected = rows[selectedAt(list, rows)]?.id;
  const top = topOf(list, rows, lines * side);
  const shown = rows.slice(top, top + lines * side);
  // Read downwards, as evenly as they go.
  const tall = side === 1 ? lines : Math.ceil(shown.length / side);
  const gap = ' '.repeat(PRODUCT_GAP);
  const heading = ` ${headingLine(columns, list, symbols)}`;
  return (
    <Tile
      title={listTitle('Stock', listed, view, top, shown.length)}
      foot={awayText([['postgres', snapshot.sources.postgres]])}
      width={width}
      lines={lines + 1}
      symbols={symbols}
    >
      <Line stale={stale} bold>
        {Array.from({ length: side }, () => heading.padEnd(productWidth + 1)).join(gap)}
      </Line>
      {shown.slice(0, Math.min(tall, lines)).map((row, at) => (
        <Text key={row.id} wrap="truncate">
          {Array.from({ length: side }, (_empty, column) => shown[at + column * tall]).map((one, column) => (
            <Text key={column}>
              {column === 0 ? '' : gap}
              {one && (
                <RowLine
                  row={one}
                  columns={columns}
                  selected={one.id === selected && list.selected !== null}
                  stale={stale}
                  graph={view.graph}
                  symbols={symbols}
                />
              )}
            </Text>
          ))}
        </Text>
      ))}
      {total === 0 && <Line stale>{stale ? 'not known yet' : 'no stock: ordersctl seed-stock --help'}</Line>}
      {total > 0 && rows.length === 0 && <Line stale>no product matches; esc clears the filter</Line>}
    </Tile>
  );
}
