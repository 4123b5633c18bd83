/** Probes and metrics on a port of their own, so that they answer when the API does not. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../errors.js';
import type { Role } from '../names.js';
import { createDependencyChecks, type CheckState, type DependencyCheck } from './dependency-checks.js';
import type { MetricsRegistry } from './metrics.js';

export interface AdminServerOptions {
  /** 0 for any free port. */
  readonly port: number;
  readonly host: string;
  readonly role: Role;
  /** What the role needs before it can be of use. */
  readonly checks: readonly DependencyCheck[];
  isDraining(): boolean;
  readonly registry: MetricsRegistry;
}

export interface AdminServer {
  readonly port: number;
  /** The role does its work from now on: `/readyz` may say so. */
  started(): void;
  close(): Promise<void>;
}

/**
 * `/livez`: the process answers. `/readyz`: 503 until the role has started and every check has passed once, and while
 * draining; a store that goes away later is reported (`?verbose`) but is no reason to leave the load balancer, since
 * requests say 503 themselves. `/metrics`: Prometheus text.
 * @throws AppError CONFIG_INVALID when the port is taken or may not be used
 */
export async function startAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  const readDependencies = createDependencyChecks(options.checks);
  // The API of a role may come long after its probes: a balancer that was sent here earlier would be refused.
  let starting = true;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://admin');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return send(response, 405, 'text/plain', 'only GET\n');
    }
    switch (url.pathname) {
      case '/livez':
        return send(response, 200, 'text/plain', 'ok\n');
      case '/readyz':
        return sendReadiness(response, url.searchParams.has('verbose'));
      case '/metrics':
        return send(response, 200, options.registry.contentType, await options.registry.metrics());
      default:
        return send(response, 404, 'text/plain', 'try /livez, /readyz?verbose or /metrics\n');
    }
  }

  async function sendReadiness(response: ServerResponse, verbose: boolean): Promise<void> {
    const draining = options.isDraining();
    const checks = await readDependencies();
    const ready = !starting && !draining && checks.every((check) => check.everOk);
    const status = ready ? 200 : 503;
    if (!verbose) return send(response, status, 'text/plain', ready ? 'ready\n' : 'not ready\n');
    const body: Readiness = { role: options.role, ready, starting, draining, checks };
    return send(response, status, 'application/json', `${JSON.stringify(body)}\n`);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      send(response, 500, 'text/plain', `${error instanceof Error ? error.message : String(error)}\n`);
    });
  });
  // A probe never keeps a process from ending.
  server.keepAliveTimeout = 1_000;
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    started: () => {
      starting = false;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The body of `/readyz?verbose`. */
export interface Readiness {
  readonly role: Role;
  readonly ready: boolean;
  readonly starting: boolean;
  readonly draining: boolean;
  readonly checks: readonly CheckState[];
}

function listen(server: ReturnType<typeof createServer>, at: { port: number; host: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${error.code ?? error.message})`;
      reject(
        new AppError('CONFIG_INVALID', `the port for probes and metrics, ${at.host}:${at.port}, ${why}`, {
          hint: 'Set ORDERSCTL_ADMIN_PORT to a free port, or to 0 for any',
          cause: error,
        }),
      );
    });
    server.listen(at.port, at.host, resolve);
  });
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
