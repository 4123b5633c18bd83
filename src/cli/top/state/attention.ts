/** What an operator should look at now, worst first, each with the command that explains or mends it. */
import { formatDuration } from '../../../core/duration.js';
import type { ErrorCode } from '../../../core/errors.js';
import { formatAge } from '../format/numbers.js';
import { attentionOfCatalog } from './catalog-attention.js';
import { settledDrift } from './drift.js';
import { SOURCES, type TopData } from './model.js';
import { countOf } from './rates.js';

export interface Attention {
  /** The same while it lasts, however its words change. */
  readonly key: string;
  readonly severity: 'bad' | 'warning';
  readonly message: string;
  /** To paste; null where waiting is all there is to do. */
  readonly command: string | null;
}

/** Orders PENDING for longer count as stuck; the same age is put into the command. */
export const STUCK_AFTER_MS = 60_000;
/** The relay publishes right after commit: an event this old was missed by it. */
const OUTBOX_LATE_MS = 10_000;
/** A queue that nobody has taken anything from for this long has no one at its end. */
const IDLE_SECONDS = 10;
/** An answer older than this would be shown as if it were now. */
const STALE_AFTER_MS = 15_000;

/** @param now milliseconds of the dashboard's clock */
export function findAttention(data: TopData, now: number): Attention[] {
  return [
    ...brokenConservation(data),
    ...awaySources(data, now),
    ...stuckOrders(data),
    ...standingQueues(data, now),
    ...missingInRedis(data),
    ...driftInRedis(data, now),
    ...attentionOfCatalog(data),
    ...shedLoad(data),
  ];
}

function brokenConservation(data: TopData): Attention[] {
  return data.stock
    .filter((line) => line.claimed !== line.held + line.sold)
    .map((line) => ({
      key: `conservation:${line.productId}`,
      severity: 'bad',
      message: `${line.productId}: claimed ${line.claimed} is not held ${line.held} + sold ${line.sold}`,
      command: `ordersctl audit --product ${line.productId}`,
    }));
}

function awaySources(data: TopData, now: number): Attention[] {
  return SOURCES.flatMap((name): Attention[] => {
    const source = data.sources[name];
    if (source.kind === 'failing') {
      const since = formatAge(Math.max(0, now - source.since));
      const how = source.failure.code === 'UNAVAILABLE' ? 'away' : 'failing';
      const message = `${name} ${how} for ${since}: ${source.failure.message}`;
      return [{ key: `source:${name}`, severity: 'bad', message, command: remedyFor(source.failure.code) }];
    }
    if (source.kind === 'answered' && now - source.at > STALE_AFTER_MS) {
      const age = formatDuration(now - source.at);
      const message = `${name} is slow: its figures are ${age} old`;
      return [{ key: `source:${name}`, severity: 'warning', message, command: null }];
    }
    return [];
  });
}

/** A store that does not answer is looked for: its address, and where that came from. */
function remedyFor(code: ErrorCode): string | null {
  if (code === 'SCHEMA_MISSING') return 'ordersctl migrate';
  return code === 'INTERNAL' ? null : 'ordersctl config show --origin';
}

function stuckOrders(data: TopData): Attention[] {
  if (!data.stuck || data.stuck.count === 0) return [];
  const { count, capped, oldestAgeMs } = data.stuck;
  const limit = formatDuration(STUCK_AFTER_MS);
  const oldest = oldestAgeMs === null ? '' : `, oldest ${formatDuration(oldestAgeMs)}`;
  return [
    {
      key: 'stuck',
      severity: 'bad',
      message: `${count}${capped ? '+' : ''} PENDING for over ${limit}${oldest}`,
      command: `ordersctl replay --older-than ${STUCK_AFTER_MS / 1_000}s --dry-run`,
    },
  ];
}

function standingQueues(data: TopData, now: number): Attention[] {
  const found: Attention[] = [];
  const { outbox, lag, backlog } = data;
  if (outbox && (outbox.oldestAgeMs ?? 0) > OUTBOX_LATE_MS) {
    const age = formatDuration(outbox.oldestAgeMs ?? 0);
    found.push({
      key: 'outbox',
      severity: 'warning',
      message: `${outbox.depth} events wait for Kafka, oldest ${age}`,
      command: `ordersctl replay --older-than 10s --dry-run`,
    });
  }
  if (lag !== null && lag > 0 && stoodFor(data, 'lag', now) && countOf(data, 'started', IDLE_SECONDS) === 0) {
    found.push({
      key: 'lag',
      severity: 'bad',
      message: `${lag} orders wait in Kafka and none is started`,
      command: 'ordersctl consume',
    });
  }
  if (backlog !== null && backlog > 0 && stoodFor(data, 'backlog', now) && noSagaEnded(data)) {
    found.push({
      key: 'backlog',
      severity: 'bad',
      message: `${backlog} tasks wait in Temporal and none is done`,
      command: 'ordersctl worker',
    });
  }
  return found;
}

/** True when the queue was never empty in the idle window and the window is covered by samples. */
function stoodFor(data: TopData, queue: 'lag' | 'backlog', now: number): boolean {
  const since = now - IDLE_SECONDS * 1_000;
  const points = data.queues[queue];
  const covered = points[0] !== undefined && points[0].at <= since;
  return covered && points.every((point) => point.at < since || point.value > 0);
}

function noSagaEnded(data: TopData): boolean {
  return countOf(data, 'confirmed', IDLE_SECONDS) + countOf(data, 'failed', IDLE_SECONDS) === 0;
}

function missingInRedis(data: TopData): Attention[] {
  return data.stock
    .filter((line) => data.redis[line.productId]?.available === null)
    .map((line) => ({
      key: `not-loaded:${line.productId}`,
      severity: 'bad',
      message: `${line.productId} is not loaded in Redis: its buyers get 503`,
      command: `ordersctl audit --product ${line.productId}`,
    }));
}

function driftInRedis(data: TopData, now: number): Attention[] {
  return data.stock.flatMap(({ productId }): Attention[] => {
    const units = settledDrift(data, productId, now);
    if (units === null || units === 0) return [];
    return [
      {
        key: `drift:${productId}`,
        severity: 'warning',
        message: `${productId}: Redis has ${Math.abs(units)} ${units > 0 ? 'more' : 'fewer'} than Postgres`,
        command: `ordersctl audit --product ${productId}`,
      },
    ];
  });
}

function shedLoad(data: TopData): Attention[] {
  const shed = countOf(data, 'shed', IDLE_SECONDS);
  if (shed === 0) return [];
  const message = `${shed} requests in 10 s were answered 503`;
  return [{ key: 'shed', severity: 'warning', message, command: null }];
}
