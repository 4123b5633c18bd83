/** What happens to accepted orders, from the gate to what is paid: how much waits before each stage, and where it is stuck. */
import { STAGE_GAP, TILE_MARGIN, type Layout } from '../format/layout.js';
import { fit, formatMs, formatRate } from '../format/numbers.js';
import { pipelineStages, type StageFigures } from '../format/pipeline-stages.js';
import { bottleneckLine, awayText } from '../format/screen-text.js';
import { bar, sparkline } from '../format/sparkline.js';
import type { Symbols } from '../format/symbols.js';
import type { Figure } from '../state/figures.js';
import type { GraphStyle, SourceName } from '../state/model.js';
import type { TopSnapshot } from '../state/snapshot.js';
import type { Trends } from '../state/trends.js';
import { Text } from 'ink';
import { COLOURS } from './colours.js';
import { Line } from './line.js';
import { Tile } from './tile.js';

export interface PipelineTileProps {
  readonly snapshot: TopSnapshot;
  readonly trends: Trends;
  readonly layout: Layout;
  readonly graph: GraphStyle;
  readonly symbols: Symbols;
}

export function PipelineTile({ snapshot, trends, layout, graph, symbols }: PipelineTileProps) {
  const { pipelineWidth: width, stageWidth, tileLines } = layout;
  const { pipeline, sources, rates, latency } = snapshot;
  const isStale = (source: SourceName) => sources[source].state !== 'answered';
  const stages = pipelineStages(snapshot, trends);
  const arrow = symbols.arrow.padStart(Math.ceil((STAGE_GAP + symbols.arrow.length) / 2)).padEnd(STAGE_GAP);
  const line = (textOf: (stage: StageFigures) => string, gap = ' '.repeat(STAGE_GAP)) => (
    <Line>
      {stages.map((stage, at) => (
        <Text key={stage.title}>
          {at === 0 ? '' : gap}
          <Text
            dimColor={isStale(stage.source)}
            {...(stage.isBottleneck && !isStale(stage.source) ? { color: COLOURS.warning } : {})}
          >
            {textOf(stage)}
          </Text>
        </Text>
      ))}
    </Line>
  );
  const foot = awayText((['postgres', 'kafka', 'temporal'] as const).map((name) => [name, sources[name]]));
  const perSecond = (figure: Figure, digits: number) => `${formatRate(rates?.[figure] ?? null, digits)}/s`;
  const start = latency.start;
  const oldest = pipeline.outboxDepth === null ? null : (pipeline.outboxOldestAgeMs ?? 0);
  return (
    <Tile title="Pipeline" foot={foot} width={width} lines={tileLines} symbols={symbols}>
      {line(({ title }) => title.padStart(stageWidth))}
      {line(({ figure }) => figure(stageWidth), arrow)}
      {line(({ share }) => bar(share, stageWidth, graph))}
      {tileLines > 6 && line(({ trend }) => sparkline(trend, stageWidth, graph))}
      <Line stale={isStale('postgres')}>
        {`published${perSecond('published', 5)} started${perSecond('started', 5)} fail${perSecond('failed', 4)}`}
      </Line>
      <Line stale={isStale('postgres')}>
        {`start p50 ${formatMs(start?.p50Ms ?? null, 5)} p95 ${formatMs(start?.p95Ms ?? null, 5)}  oldest ${formatMs(oldest, 5)}`}
      </Line>
      <Line stale={isStale('postgres')} meaning={pipeline.bottleneck ? 'warning' : undefined}>
        {fit(bottleneckLine(pipeline), width - TILE_MARGIN, symbols.ellipsis)}
      </Line>
    </Tile>
  );
}
