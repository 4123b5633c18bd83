/** What comes in: orders accepted, refused and turned away, and how fast they were answered. */
import { fit, formatMs, formatRate } from '../format/numbers.js';
import { refusalsLine } from '../format/screen-text.js';
import { sparkline } from '../format/sparkline.js';
import type { Symbols } from '../format/symbols.js';
import { INTAKE_TEXT, TILE_LINES, TILE_MARGIN } from '../format/layout.js';
import type { GraphStyle } from '../state/model.js';
import type { TopSnapshot } from '../state/snapshot.js';
import type { Trends } from '../state/trends.js';
import { Line } from './line.js';
import { Tile } from './tile.js';

export interface IntakeTileProps {
  readonly snapshot: TopSnapshot;
  readonly trends: Trends;
  readonly width: number;
  readonly graphWidth: number;
  readonly graph: GraphStyle;
  readonly symbols: Symbols;
}

const ROWS = [
  { figure: 'accepted', label: 'accepted/s', meaning: 'good' },
  { figure: 'refused', label: 'refused/s', meaning: undefined },
  { figure: 'shed', label: '503/s', meaning: 'warning' },
] as const;
const LABEL = 10;

export function IntakeTile({ snapshot, trends, width, graphWidth, graph, symbols }: IntakeTileProps) {
  const stale = snapshot.sources.postgres.state !== 'answered';
  const { accept } = snapshot.latency;
  return (
    <Tile title="Intake" width={width} lines={TILE_LINES} symbols={symbols}>
      {ROWS.map(({ figure, label, meaning }) => {
        const rate = snapshot.rates?.[figure] ?? null;
        const text = `${label.padEnd(LABEL)}${formatRate(rate, INTAKE_TEXT - LABEL - 1)} `;
        return (
          <Line key={figure} stale={stale} meaning={rate ? meaning : undefined}>
            {text + sparkline(trends.rates[figure], graphWidth, graph)}
          </Line>
        );
      })}
      <Line stale={stale}>
        {`p50 ${formatMs(accept?.p50Ms ?? null, 5)} p95 ${formatMs(accept?.p95Ms ?? null, 5)} p99 ${formatMs(accept?.p99Ms ?? null, 5)}`}
      </Line>
      <Line stale={stale}>{fit(refusalsLine(snapshot), width - TILE_MARGIN, symbols.ellipsis)}</Line>
    </Tile>
  );
}
