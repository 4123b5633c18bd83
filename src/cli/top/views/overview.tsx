/** The first view: what comes in, where it is stuck, what is left, and what to do about it. */
import { Box } from 'ink';
import type { Layout } from '../format/layout.js';
import type { Symbols } from '../format/symbols.js';
import type { ListedRows } from '../rows/listed-rows.js';
import type { TopData, TopView } from '../state/model.js';
import type { TopSnapshot } from '../state/snapshot.js';
import { toTrends } from '../state/trends.js';
import { AttentionTile } from './attention-tile.js';
import { IntakeTile } from './intake-tile.js';
import { LogTile } from './log-tile.js';
import { PipelineTile } from './pipeline-tile.js';
import { StockTile } from './stock-tile.js';

export interface OverviewProps {
  readonly data: TopData;
  readonly snapshot: TopSnapshot;
  readonly listed: ListedRows;
  readonly view: TopView;
  readonly layout: Layout;
  readonly symbols: Symbols;
}

export function Overview({ data, snapshot, listed, view, layout, symbols }: OverviewProps) {
  const upper = { snapshot, trends: toTrends(data), layout, symbols, graph: view.graph };
  return (
    <>
      <Box height={layout.tileLines + 2}>
        <IntakeTile {...upper} />
        <PipelineTile {...upper} />
      </Box>
      <StockTile snapshot={snapshot} listed={listed} view={view} layout={layout} symbols={symbols} />
      {layout.logRows > 0 && (
        <LogTile log={data.log} width={layout.width} rows={layout.logRows} symbols={symbols} />
      )}
      <AttentionTile snapshot={snapshot} symbols={symbols} width={layout.width} rows={layout.attentionRows} />
    </>
  );
}
