/** What `/metrics` of serve shows beyond the figures every role has. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Histogram } from 'prom-client';
import { addGauge, type MetricsRegistry } from '../core/admin/metrics.js';

/** Read when somebody scrapes. */
export interface ServeGauges {
  /** Orders in hand, orders waiting for a batch, open event streams. */
  readonly inFlight: () => number;
  readonly queueLength: () => number;
  readonly streams: () => number;
  /** Mean wait of a request to be read. */
  readonly loopDelayMs: () => number;
  /** Products that Redis has lost and that are not back yet. */
  readonly rebuilding: () => number;
  readonly outboxDepth: () => number;
  readonly outboxOldestAgeMs: () => number | null;
}

export interface ServeMetrics {
  /** Notes the duration of one request when its answer is out. */
  request(request: IncomingMessage, response: ServerResponse): void;
  batch(rows: number, ms: number): void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createServeMetrics(registry: MetricsRegistry): ServeMetrics {
  const duration = new Histogram({
    name: 'ordersctl_http_request_duration_seconds',
    help: 'From the headers of a request to the end of its answer; requests for event streams are left out',
    labelNames: ['method', 'route', 'status_class'],
    buckets: SECONDS,
    registers: [registry],
  });
  const batchRows = new Histogram({
    name: 'ordersctl_accept_batch_rows',
    help: 'Orders in one accept call',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000],
    registers: [registry],
  });
  const batchSeconds = new Histogram({
    name: 'ordersctl_accept_batch_duration_seconds',
    help: 'Duration of one accept call',
    buckets: SECONDS,
    registers: [registry],
  });
  return {
    request(request, response) {
      const startedAt = performance.now();
      response.once('finish', () => {
        if (request.headers.accept?.includes('text/event-stream')) return;
        const labels = {
          method: methodOf(request),
          route: routeOf(request.url ?? ''),
          status_class: `${Math.floor(response.statusCode / 100)}xx`,
        };
        duration.observe(labels, (performance.now() - startedAt) / 1_000);
      });
    },
    batch(rows, ms) {
      batchRows.observe(rows);
      batchSeconds.observe(ms / 1_000);
    },
  };
}

export function addServeGauges(registry: MetricsRegistry, read: ServeGauges): void {
  addGauge(registry, { name: 'accept_in_flight', help: 'Orders in hand', read: read.inFlight });
  addGauge(registry, {
    name: 'accept_queue_length',
    help: 'Orders waiting for a batch',
    read: read.queueLength,
  });
  addGauge(registry, { name: 'sse_streams', help: 'Open event streams', read: read.streams });
  addGauge(registry, {
    name: 'products_rebuilding',
    help: 'Products that Redis has lost and that are not back yet',
    read: read.rebuilding,
  });
  addGauge(registry, {
    name: 'loop_delay_seconds',
    help: 'Mean wait of a request until this process reads it',
    read: () => read.loopDelayMs() / 1_000,
  });
  addGauge(registry, { name: 'outbox_depth', help: 'Events that wait for Kafka', read: read.outboxDepth });
  addGauge(registry, {
    name: 'outbox_oldest_age_seconds',
    help: 'Age of the oldest event that waits for Kafka',
    read: () => (read.outboxOldestAgeMs() ?? 0) / 1_000,
  });
}

/** Once the API listens. */
export function addConnectionGauges(
  registry: MetricsRegistry,
  api: { readonly connections: () => number; readonly dropped: () => number },
): void {
  addGauge(registry, { name: 'connections', help: 'Open connections to the API', read: api.connections });
  addGauge(registry, {
    name: 'connections_dropped',
    help: 'Connections closed at once because there were too many, since the start',
    read: api.dropped,
  });
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Labels are bounded: whatever a caller invents is `other`. */
function methodOf(request: IncomingMessage): string {
  const method = request.method ?? '';
  return METHODS.has(method) ? method : 'other';
}

function routeOf(url: string): string {
  const path = url.split('?', 1)[0] ?? '';
  if (path === '/openapi.json' || path === '/payments/webhook') return path;
  if (/^\/orders\/?$/.test(path)) return '/orders';
  if (/^\/orders\/[^/]+\/events\/?$/.test(path)) return '/orders/:id/events';
  if (/^\/orders\/[^/]+\/?$/.test(path)) return '/orders/:id';
  return 'other';
}
