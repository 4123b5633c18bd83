/** The whole frame for one state, of exactly the terminal's size less one row. Props in, picture out. */
import { Box } from 'ink';
import { TILE_LINES, toLayout } from '../format/layout.js';
import { symbolsFor } from '../format/symbols.js';
import { toSnapshot } from '../state/snapshot.js';
import { toTrends } from '../state/trends.js';
import type { TopState } from '../state/model.js';
import { AttentionTile } from './attention-tile.js';
import { Compact } from './compact.js';
import { Footer } from './footer.js';
import { Header } from './header.js';
import { Help } from './help.js';
import { IntakeTile } from './intake-tile.js';
import { PipelineTile } from './pipeline-tile.js';
import { StockTile } from './stock-tile.js';

export interface ScreenProps {
  readonly state: TopState;
  readonly where: string;
}

export function Screen({ state: { data, view }, where }: ScreenProps) {
  const shown = view.frozen ?? { data, now: view.now };
  const snapshot = toSnapshot(shown.data, shown.now);
  const trends = toTrends(shown.data);
  const layout = toLayout(view.columns, view.rows);
  const { width, height } = layout;
  const paused = view.frozen !== null;
  const ascii = view.graph === 'ascii';
  const symbols = symbolsFor(ascii);
  const common = { snapshot, symbols, graph: view.graph };

  if (layout.kind === 'compact') {
    return <Compact snapshot={snapshot} width={width} height={height} paused={paused} ascii={ascii} />;
  }
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Header where={where} intervalMs={view.intervalMs} paused={paused} at={snapshot.at} width={width} />
      {view.helpOpen ? (
        <Help width={width} lines={height - 4} symbols={symbols} />
      ) : (
        <>
          <Box height={TILE_LINES + 2}>
            <IntakeTile
              {...common}
              trends={trends}
              width={layout.intakeWidth}
              graphWidth={layout.intakeGraph}
            />
            <PipelineTile
              {...common}
              trends={trends}
              width={layout.pipelineWidth}
              graphWidth={layout.pipelineGraph}
            />
          </Box>
          <StockTile {...common} width={width} rows={layout.productRows} size={layout} />
          <AttentionTile snapshot={snapshot} symbols={symbols} width={width} rows={layout.attentionRows} />
        </>
      )}
      <Footer />
    </Box>
  );
}
