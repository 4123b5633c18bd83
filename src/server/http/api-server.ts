/** The HTTP server of the API: its time limits, its answers to what is not HTTP, and its quiet end. */
import { createServer, STATUS_CODES, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { AppError } from '../../core/errors.js';
import { toProblem } from './problem.js';

/**
 * Connections that the kernel completes before they are taken: a sale opens with a burst. With Node's 511 some of
 * 2,000 buyers at once were reset after 10 s of retries. The kernel's somaxconn is the upper limit.
 */
const BACKLOG = 4_096;
export interface ApiTimeLimits {
  /** For a caller to send its headers, and its whole request. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** How often the two are looked at. */
  readonly checkMs: number;
}
const TIME_LIMITS: ApiTimeLimits = { headersMs: 10_000, requestMs: 15_000, checkMs: 2_000 };
/** The longest token and the longest chain of proxies fit several times. */
const MAX_HEADER_BYTES = 16_384;
const MAX_HEADERS = 100;
/** Above the usual 60 s of load balancers: it should be them who close an idle connection. */
const KEEP_ALIVE_MS = 65_000;
/** While closing: how often connections that have become idle are looked for. */
const CLOSE_CHECK_MS = 25;
/** Above the longest wait of an order for Postgres; callers who still read by then are cut off. */
const CLOSE_PATIENCE_MS = 8_000;

export interface ApiServer {
  readonly port: number;
  /** Rejects when the server can go on no more; never resolves. */
  readonly failed: Promise<never>;
  /** Open now, and closed at once because there were as many as may be. */
  connections(): number;
  dropped(): number;
  /** Takes no new connections, lets answers in progress go out, then closes. */
  close(): Promise<void>;
}

/**
 * A caller who sends slowly, sends too much or never ends is answered and cut off; `readBody` bounds the bodies.
 * @param options.port 0 for any free one
 * @param options.maxConnections beyond it new ones are closed at once, before they cost a byte of parsing
 * @throws AppError CONFIG_INVALID when the port is taken or may not be used
 */
export async function startApiServer(options: {
  port: number;
  host: string;
  maxConnections: number;
  timeLimits?: ApiTimeLimits;
  listener: RequestListener;
}): Promise<ApiServer> {
  const { headersMs, requestMs, checkMs } = options.timeLimits ?? TIME_LIMITS;
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: checkMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    options.listener,
  );
  server.maxHeadersCount = MAX_HEADERS;
  server.maxConnections = options.maxConnections;
  let connections = 0;
  let dropped = 0;
  server.on('drop', () => (dropped += 1));
  server.on('connection', (socket: Socket) => {
    connections += 1;
    socket.once('close', () => (connections -= 1));
  });
  server.on('clientError', answerNonsense);
  await listen(server, options);
  const failed = new Promise<never>((_resolve, reject) => {
    server.on('error', (error) =>
      reject(new AppError('INTERNAL', 'the API server failed', { cause: error })),
    );
  });
  failed.catch(() => undefined);
  return {
    port: (server.address() as AddressInfo).port,
    failed,
    connections: () => connections,
    dropped: () => dropped,
    close: () => close(server),
  };
}

function listen(server: Server, at: { port: number; host: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${error.code ?? error.message})`;
      reject(
        new AppError('CONFIG_INVALID', `the port of the API, ${at.host}:${at.port}, ${why}`, {
          hint: 'Set PORT to a free port, or to 0 for any',
          cause: error,
        }),
      );
    };
    server.once('error', onError);
    server.listen({ port: at.port, host: at.host, backlog: BACKLOG }, () => {
      server.off('error', onError);
      resolve();
    });
  });
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection becomes idle only after its answer: node:http does not close those by itself.
  const idle = setInterval(() => server.closeIdleConnections(), CLOSE_CHECK_MS);
  const patience = setTimeout(() => server.closeAllConnections(), CLOSE_PATIENCE_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(patience);
}

/** What could not be parsed as HTTP, or came too slowly, still gets a problem. */
function answerNonsense(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = STATUS_OF_PARSE_ERROR[error.code ?? ''] ?? 400;
  const problem = toProblem(
    new AppError('INPUT_INVALID', STATUS_CODES[status] ?? 'Bad request'),
    randomBytes(16).toString('hex'),
  );
  const body = JSON.stringify({ ...problem, status });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

const STATUS_OF_PARSE_ERROR: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
