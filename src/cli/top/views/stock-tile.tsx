/** Units of each product: where they are, and whether none was lost or sold twice. */
import { Text } from 'ink';
import { stockHeading, stockRow, type StockRowSize } from '../format/stock-row.js';
import type { Symbols } from '../format/symbols.js';
import type { GraphStyle } from '../state/model.js';
import type { TopSnapshot } from '../state/snapshot.js';
import { COLOURS } from './colours.js';
import { Line } from './line.js';
import { Tile } from './tile.js';

export interface StockTileProps {
  readonly snapshot: TopSnapshot;
  readonly width: number;
  readonly rows: number;
  readonly size: StockRowSize;
  readonly graph: GraphStyle;
  readonly symbols: Symbols;
}

export function StockTile({ snapshot, width, rows, size, graph, symbols }: StockTileProps) {
  const stale = snapshot.sources.postgres.state !== 'answered';
  const { products } = snapshot;
  const shown = products.length > rows ? products.slice(0, rows - 1) : products;
  const hidden = products.length - shown.length;
  return (
    <Tile title={`Stock (${products.length})`} width={width} lines={rows + 1} symbols={symbols}>
      <Line stale={stale} bold>
        {stockHeading(size)}
      </Line>
      {shown.map((product) => {
        const { text, mark } = stockRow(product, size, graph, symbols.ellipsis);
        return (
          <Line key={product.productId} stale={stale}>
            {text}
            <Text color={mark === 'ok' ? COLOURS.good : COLOURS.bad}>{mark}</Text>
          </Line>
        );
      })}
      {products.length === 0 && (
        <Line stale>{stale ? 'not known yet' : 'no stock: ordersctl seed-stock --help'}</Line>
      )}
      {hidden > 0 && <Line stale>{`and ${hidden} more; --product ID shows those you name`}</Line>}
    </Tile>
  );
}
