/** The stages an order passes, each with its figure, bar and trend: from the gate to what is paid. */
import type { Bottleneck } from '../state/bottleneck.js';
import type { SourceName } from '../state/model.js';
import type { TopSnapshot } from '../state/snapshot.js';
import type { Trends } from '../state/trends.js';
import { formatCount, formatRate } from './numbers.js';

export interface StageFigures {
  readonly title: string;
  readonly source: SourceName;
  /** Its figure in a width. */
  readonly figure: (width: number) => string;
  /** How full it is, 0 to 1. */
  readonly share: number;
  readonly trend: readonly number[];
  /** The queue before the stage that holds all up. */
  readonly isBottleneck: boolean;
}

const TREND_SAMPLES = 60;
/** A queue this long fills no bar, however short the others are. */
const FULL_QUEUE = 100;

export function pipelineStages(
  { pipeline, rates }: TopSnapshot,
  { rates: series, queues }: Trends,
): StageFigures[] {
  const gateTrend = series.accepted.map(
    (accepted, at) => accepted + (series.refused[at] ?? 0) + (series.shed[at] ?? 0),
  );
  const gate = rates && rates.accepted + rates.refused + rates.shed;
  const fullRate = Math.max(1, gate ?? 0, ...gateTrend.slice(-TREND_SAMPLES));
  const waiting = [pipeline.outboxDepth, pipeline.kafkaLag, pipeline.temporalBacklog];
  const fullQueue = Math.max(FULL_QUEUE, ...waiting.map((count) => count ?? 0));
  const queue = (
    title: string,
    source: SourceName,
    name: Bottleneck['queue'],
    count: number | null,
  ): StageFigures => ({
    title,
    source,
    figure: (width) => formatCount(count, width),
    share: (count ?? 0) / fullQueue,
    trend: queues[name],
    isBottleneck: pipeline.bottleneck?.queue === name,
  });
  return [
    {
      title: 'gate/s',
      source: 'postgres',
      figure: (width) => formatRate(gate, width),
      share: (gate ?? 0) / fullRate,
      trend: gateTrend,
      isBottleneck: false,
    },
    queue('outbox', 'postgres', 'outbox', pipeline.outboxDepth),
    queue('lag', 'kafka', 'lag', pipeline.kafkaLag),
    queue('sagas', 'temporal', 'backlog', pipeline.temporalBacklog),
    {
      title: 'paid/s',
      source: 'postgres',
      figure: (width) => formatRate(rates?.confirmed ?? null, width),
      share: (rates?.confirmed ?? 0) / fullRate,
      trend: series.confirmed,
      isBottleneck: false,
    },
  ];
}
