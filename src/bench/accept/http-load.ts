/** Loads a server: every connection busy all the time (closed model), or arrivals that wait for nobody (open model). */
import { letThemCome, shortly } from '../load/arrivals.js';
import { createLatency, type Latency } from '../load/latency.js';
import { openConnection, type Connection } from './http-connection.js';

export interface LoadResult {
  /** Answers within the measured time. */
  readonly requests: number;
  readonly elapsedMs: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly latency: Latency;
}

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  readonly durationMs: number;
  /** A whole request, in Latin-1. */
  readonly next: () => string;
  readonly signal: AbortSignal;
}

/** Closed model: every connection sends its next request when it has its answer. @throws AppError UNAVAILABLE */
export async function closedLoad(options: LoadOptions): Promise<LoadResult> {
  const tally = createTally();
  const connections = await openAll(options);
  const startedAt = performance.now();
  const until = startedAt + options.durationMs;
  try {
    await Promise.all(
      connections.map(async (connection) => {
        while (performance.now() < until && !options.signal.aborted) {
          const sentAt = performance.now();
          tally.add(await connection.send(options.next()), performance.now() - sentAt);
        }
      }),
    );
  } finally {
    for (const connection of connections) connection.close();
  }
  options.signal.throwIfAborted();
  return tally.result(performance.now() - startedAt);
}

/**
 * Open model: requests come at random moments (Poisson), whether or not earlier ones were answered, and are timed
 * from the moment they were due: waiting for a free connection counts.
 * @throws AppError UNAVAILABLE
 */
export async function openLoad(
  options: LoadOptions & { readonly ratePerSecond: number; readonly random: () => number },
): Promise<LoadResult> {
  const tally = createTally();
  const connections = await openAll(options);
  const idle = [...connections];
  const waiting: number[] = [];
  const startedAt = performance.now();
  let busy = 0;
  let failure: unknown;

  async function serve(connection: Connection, dueAt: number): Promise<void> {
    busy += 1;
    for (let due: number | undefined = dueAt; due !== undefined; due = waiting.shift()) {
      tally.add(await connection.send(options.next()), performance.now() - due);
    }
    busy -= 1;
    idle.push(connection);
  }

  const isOver = () => failure !== undefined || options.signal.aborted;

  try {
    await letThemCome({ ...options, isOver }, (dueAt) => {
      // The longest idle one, so that none is idle for long.
      const connection = idle.shift();
      if (connection === undefined) waiting.push(dueAt);
      else serve(connection, dueAt).catch((error: unknown) => (failure ??= error));
    });
    while (busy > 0 && !isOver()) await shortly();
  } finally {
    for (const connection of connections) connection.close();
  }
  if (failure !== undefined) throw failure as Error;
  options.signal.throwIfAborted();
  return tally.result(performance.now() - startedAt);
}

function createTally() {
  const latency = createLatency();
  const statuses: Record<string, number> = {};
  let requests = 0;
  return {
    add(status: number, ms: number) {
      requests += 1;
      statuses[status] = (statuses[status] ?? 0) + 1;
      latency.record(ms);
    },
    result: (elapsedMs: number): LoadResult => ({ requests, elapsedMs, statuses, latency }),
  };
}

function openAll({ port, connections }: LoadOptions): Promise<Connection[]> {
  return Promise.all(Array.from({ length: connections }, () => openConnection(port)));
}
