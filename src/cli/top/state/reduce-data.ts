/** What an answer, or the lack of one, makes of the data. Pure. */
import { isDetail, type DetailName, type DetailSample } from './details.js';
import { nextDrift } from './drift.js';
import {
  HISTORY_SECONDS,
  QUEUE_POINTS,
  type Failure,
  type PollCost,
  type QueueName,
  type QueuePoint,
  type Sample,
  type SecondCounts,
  type SourceName,
  type SourceState,
  type TopData,
} from './model.js';
import { nextPace } from './pace.js';

export function withFailure(
  data: TopData,
  failed: { readonly at: number; readonly source: SourceName | DetailName; readonly failure: Failure },
): TopData {
  const { source } = failed;
  return isDetail(source)
    ? withDetail(data, source, failing(data.details[source], failed))
    : withSource(data, source, failing(data.sources[source], failed));
}

/** A failing source keeps the age of its last answer and the moment its trouble began. */
function failing(before: SourceState, failed: { at: number; failure: Failure }): SourceState {
  return {
    kind: 'failing',
    at: before.kind === 'waiting' ? null : before.at,
    since: before.kind === 'failing' ? before.since : failed.at,
    failure: failed.failure,
  };
}

function withSource(data: TopData, name: SourceName, source: SourceState): TopData {
  return { ...data, sources: { ...data.sources, [name]: source } };
}

function withDetail(data: TopData, name: DetailName, source: SourceState): TopData {
  return { ...data, details: { ...data.details, [name]: source } };
}

export function withSample(before: TopData, sample: Sample, at: number, cost?: PollCost): TopData {
  if (isDetailSample(sample)) return withLook(before, sample, at);
  const data = withCost(withSource(before, sample.source, { kind: 'answered', at }), sample.source, cost);
  switch (sample.source) {
    case 'postgres': {
      const next = {
        ...data,
        clock: sample.clock,
        seconds: mergeSeconds(data.seconds, sample.seconds),
        stock: sample.stock,
        auditedAt: sample.auditedAt ?? null,
        outbox: sample.outbox,
        stuck: sample.stuck,
        queues: withQueuePoint(data, 'outbox', { at, value: sample.outbox.depth }),
        pace: nextPace(data.pace, sample.stock, at),
      };
      return { ...next, drift: nextDrift(next, at) };
    }
    case 'redis': {
      const next = {
        ...data,
        redis: Object.fromEntries(sample.products.map((line) => [line.productId, line])),
      };
      return { ...next, drift: nextDrift(next, at) };
    }
    case 'kafka':
      return { ...data, lag: sample.lag, queues: withQueuePoint(data, 'lag', { at, value: sample.lag }) };
    case 'temporal':
      return {
        ...data,
        backlog: sample.backlog,
        queues: withQueuePoint(data, 'backlog', { at, value: sample.backlog }),
      };
  }
}

function withCost(data: TopData, name: SourceName, cost: PollCost | undefined): TopData {
  return cost ? { ...data, costs: { ...data.costs, [name]: cost } } : data;
}

function isDetailSample(sample: Sample): sample is DetailSample {
  return isDetail(sample.source);
}

function withLook(before: TopData, sample: DetailSample, at: number): TopData {
  const data = withDetail(before, sample.source, { kind: 'answered', at });
  const next = { ...data, looks: { ...data.looks, [sample.source]: sample.look } };
  if (sample.source !== 'letters') return next;
  return { ...next, lettersAtStart: data.lettersAtStart ?? sample.look.written };
}

function withQueuePoint(data: TopData, queue: QueueName, point: QueuePoint): TopData['queues'] {
  return { ...data.queues, [queue]: [...data.queues[queue], point].slice(-QUEUE_POINTS) };
}

/** A second read again replaces what was known of it: replicas add their part some moments apart. */
function mergeSeconds(known: readonly SecondCounts[], read: readonly SecondCounts[]): SecondCounts[] {
  const bySecond = new Map([...known, ...read].map((one) => [one.second, one]));
  return [...bySecond.values()].sort((a, b) => a.second - b.second).slice(-HISTORY_SECONDS);
}
