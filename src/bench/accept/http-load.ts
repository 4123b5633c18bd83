/**
 * Sends HTTP requests as cheaply as Node can: written on sockets, answers only searched for status and length. The
 * load shares the processors with what it measures, and a client library would take as much of them as the server.
 */
import { connect, type Socket } from 'node:net';
import { AppError } from '../../core/errors.js';
import { createLatency, type Latency } from '../load/latency.js';

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

interface Connection {
  /** @returns the status. One request at a time. */
  send(request: string): Promise<number>;
  close(): void;
}

const ANSWER_TIMEOUT_MS = 15_000;
const HEAD_END = '\r\n\r\n';
const LAST_ANSWER = /\r\nconnection: *close/i;
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;

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

  try {
    let dueAt = startedAt;
    while (dueAt - startedAt < options.durationMs && failure === undefined && !options.signal.aborted) {
      for (; dueAt <= performance.now(); dueAt += gap(options)) {
        // The longest idle one, so that none is idle for long.
        const connection = idle.shift();
        if (connection === undefined) waiting.push(dueAt);
        else serve(connection, dueAt).catch((error: unknown) => (failure ??= error));
      }
      await shortly();
    }
    while (busy > 0 && failure === undefined && !options.signal.aborted) await shortly();
  } finally {
    for (const connection of connections) connection.close();
  }
  if (failure !== undefined) throw failure as Error;
  options.signal.throwIfAborted();
  return tally.result(performance.now() - startedAt);
}

/** The finest timer there is; looking all the time would take a processor from what is measured. */
function shortly(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

/** Milliseconds to the next arrival. */
function gap({ ratePerSecond, random }: { ratePerSecond: number; random: () => number }): number {
  return (-Math.log(1 - random()) * 1_000) / ratePerSecond;
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

/** Opened again when the server has closed it meanwhile, as servers do with idle ones. */
async function openConnection(port: number): Promise<Connection> {
  let speaking = speakHttp(await openSocket(port));
  return {
    async send(request) {
      if (speaking.isClosed()) speaking = speakHttp(await openSocket(port));
      return speaking.send(request);
    },
    close: () => speaking.close(),
  };
}

function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', (error) => reject(lost(error.message)));
    socket.once('connect', () => resolve(socket));
  });
}

function speakHttp(socket: Socket): Connection & { isClosed(): boolean } {
  let received = '';
  let answer: { resolve(status: number): void; reject(error: Error): void } | undefined;
  const fail = (why: string) => {
    answer?.reject(lost(why));
    answer = undefined;
  };
  socket.setEncoding('latin1');
  socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy(new Error('no answer in time')));
  socket.on('error', (error) => fail(error.message));
  socket.on('close', () => fail('the connection was closed'));
  socket.on('data', (text: string) => {
    received = received === '' ? text : received + text;
    const end = received.indexOf(HEAD_END);
    if (end < 0) return;
    const head = received.slice(0, end);
    const length = Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0);
    if (received.length < end + HEAD_END.length + length) return;
    // "HTTP/1.1 202 Accepted"
    const status = Number(received.slice(9, 12));
    received = '';
    const answered = answer;
    answer = undefined;
    if (LAST_ANSWER.test(head)) socket.destroy();
    answered?.resolve(status);
  });
  return {
    isClosed: () => socket.destroyed || socket.readyState !== 'open',
    send: (request) =>
      new Promise((resolve, reject) => {
        answer = { resolve, reject };
        socket.write(request, 'latin1');
      }),
    close: () => socket.destroy(),
  };
}

function lost(why: string): AppError {
  return new AppError('UNAVAILABLE', `a request of the benchmark was not answered: ${why}`);
}
