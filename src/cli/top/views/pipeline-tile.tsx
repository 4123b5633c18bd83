/** What happens to accepted orders: each queue on their way and the rate at which its stage works it off. */
import { TILE_LINES, TILE_MARGIN } from '../format/layout.js';
import { fit, formatCount, formatMs, formatRate } from '../format/numbers.js';
import { bottleneckLine } from '../format/screen-text.js';
import { sparkline } from '../format/sparkline.js';
import type { Symbols } from '../format/symbols.js';
import type { Figure } from '../state/figures.js';
import type { GraphStyle, SourceName } from '../state/model.js';
import type { TopSnapshot } from '../state/snapshot.js';
import type { Trends } from '../state/trends.js';
import { Text } from 'ink';
import { Line } from './line.js';
import { Tile } from './tile.js';

export interface PipelineTileProps {
  readonly snapshot: TopSnapshot;
  readonly trends: Trends;
  readonly width: number;
  readonly graphWidth: number;
  readonly graph: GraphStyle;
  readonly symbols: Symbols;
}

interface Stage {
  readonly queue: string;
  readonly source: SourceName;
  readonly figure: Figure;
  readonly label: string;
}

/** In the order an order passes them. */
const STAGES: readonly Stage[] = [
  { queue: 'outbox', source: 'postgres', figure: 'published', label: 'published/s' },
  { queue: 'lag', source: 'kafka', figure: 'started', label: 'started/s' },
  { queue: 'backlog', source: 'temporal', figure: 'confirmed', label: 'confirmed/s' },
  { queue: 'oldest', source: 'postgres', figure: 'failed', label: 'failed/s' },
];

export function PipelineTile({ snapshot, trends, width, graphWidth, graph, symbols }: PipelineTileProps) {
  const stale = (source: SourceName) => snapshot.sources[source].state !== 'answered';
  const { pipeline } = snapshot;
  const queues: Readonly<Record<string, string>> = {
    outbox: formatCount(pipeline.outboxDepth, 7),
    lag: formatCount(pipeline.kafkaLag, 7),
    backlog: formatCount(pipeline.temporalBacklog, 7),
    oldest: formatMs(pipeline.outboxDepth === null ? null : (pipeline.outboxOldestAgeMs ?? 0), 7),
  };
  return (
    <Tile title="Pipeline" width={width} lines={TILE_LINES} symbols={symbols}>
      {STAGES.map(({ queue, source, figure, label }) => {
        const rate = formatRate(snapshot.rates?.[figure] ?? null, 6);
        return (
          <Line key={figure}>
            <Text dimColor={stale(source)}>{`${queue.padEnd(8)}${queues[queue] ?? ''} `}</Text>
            <Text dimColor={stale('postgres')}>
              {`${label.padEnd(12)}${rate} ${sparkline(trends.rates[figure], graphWidth, graph)}`}
            </Text>
          </Line>
        );
      })}
      <Line stale={stale('postgres')} meaning={pipeline.bottleneck ? 'warning' : undefined}>
        {fit(bottleneckLine(pipeline.bottleneck), width - TILE_MARGIN, symbols.ellipsis)}
      </Line>
    </Tile>
  );
}
