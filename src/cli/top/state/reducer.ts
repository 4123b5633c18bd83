/** Every change of the dashboard's state, as one pure function over an explicit union of actions. */
import {
  HISTORY_SECONDS,
  INTERVAL,
  QUEUE_POINTS,
  type Failure,
  type GraphStyle,
  type PollCost,
  type QueueName,
  type QueuePoint,
  type Sample,
  type SecondCounts,
  type SourceName,
  type SourceState,
  type TopData,
  type TopState,
  type TopView,
} from './model.js';
import { nextDrift } from './drift.js';

export type TopAction =
  | { readonly type: 'answered'; readonly at: number; readonly sample: Sample; readonly cost?: PollCost }
  | { readonly type: 'failed'; readonly at: number; readonly source: SourceName; readonly failure: Failure }
  | { readonly type: 'tick'; readonly at: number }
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number }
  | { readonly type: 'togglePause' }
  | { readonly type: 'toggleHelp' }
  | { readonly type: 'closeHelp' }
  | { readonly type: 'nextGraph' }
  | { readonly type: 'slower' }
  | { readonly type: 'faster' };

export function reduce(state: TopState, action: TopAction): TopState {
  switch (action.type) {
    case 'answered':
      return {
        data: withCost(withSample(state.data, action.sample, action.at), action.sample.source, action.cost),
        view: withNow(state.view, action.at),
      };
    case 'failed':
      return {
        data: withSource(state.data, action.source, failing(state.data.sources[action.source], action)),
        view: withNow(state.view, action.at),
      };
    case 'tick':
      return { ...state, view: withNow(state.view, action.at) };
    case 'resized':
      return { ...state, view: { ...state.view, columns: action.columns, rows: action.rows } };
    case 'togglePause':
      return {
        ...state,
        view: { ...state.view, frozen: state.view.frozen ? null : { data: state.data, now: state.view.now } },
      };
    case 'toggleHelp':
      return { ...state, view: { ...state.view, helpOpen: !state.view.helpOpen } };
    case 'closeHelp':
      return { ...state, view: { ...state.view, helpOpen: false } };
    case 'nextGraph':
      return { ...state, view: { ...state.view, graph: NEXT_GRAPH[state.view.graph] } };
    case 'slower':
      return withInterval(state, state.view.intervalMs + INTERVAL.stepMs);
    case 'faster':
      return withInterval(state, state.view.intervalMs - INTERVAL.stepMs);
  }
}

const NEXT_GRAPH: Readonly<Record<GraphStyle, GraphStyle>> = {
  block: 'braille',
  braille: 'ascii',
  ascii: 'block',
};

function withNow(view: TopView, at: number): TopView {
  return { ...view, now: Math.max(view.now, at) };
}

function withInterval(state: TopState, intervalMs: number): TopState {
  const bounded = Math.min(INTERVAL.ceilingMs, Math.max(INTERVAL.floorMs, intervalMs));
  return { ...state, view: { ...state.view, intervalMs: bounded } };
}

function withSource(data: TopData, name: SourceName, source: SourceState): TopData {
  return { ...data, sources: { ...data.sources, [name]: source } };
}

function withCost(data: TopData, name: SourceName, cost: PollCost | undefined): TopData {
  return cost ? { ...data, costs: { ...data.costs, [name]: cost } } : data;
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

function withSample(before: TopData, sample: Sample, at: number): TopData {
  const data = withSource(before, sample.source, { kind: 'answered', at });
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

function withQueuePoint(data: TopData, queue: QueueName, point: QueuePoint): TopData['queues'] {
  return { ...data.queues, [queue]: [...data.queues[queue], point].slice(-QUEUE_POINTS) };
}

/** A second read again replaces what was known of it: replicas add their part some moments apart. */
function mergeSeconds(known: readonly SecondCounts[], read: readonly SecondCounts[]): SecondCounts[] {
  const bySecond = new Map([...known, ...read].map((one) => [one.second, one]));
  return [...bySecond.values()].sort((a, b) => a.second - b.second).slice(-HISTORY_SECONDS);
}
