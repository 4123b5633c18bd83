import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { closedLoad, openLoad } from '../../../src/bench/accept/http-load.js';
import { createRandom } from '../../../src/bench/load/random.js';

const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('the load of the benchmark', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function listen(answer: (n: number) => { status: number; body: string; last?: boolean }) {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      const { status, body, last } = answer(requests);
      response.writeHead(status, {
        'Content-Length': Buffer.byteLength(body),
        ...(last && { Connection: 'close' }),
      });
      // In two parts, as a long answer may come.
      response.write(body.slice(0, 1));
      setImmediate(() => response.end(body.slice(1)));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    return { port: (server.address() as AddressInfo).port, requests: () => requests };
  }

  const options = (port: number) => ({
    port,
    connections: 4,
    durationMs: 100,
    next: () => REQUEST,
    signal: new AbortController().signal,
  });

  it('counts every answer by its status', async () => {
    const server = await listen((n) => ({ status: n % 2 === 0 ? 202 : 409, body: 'answer' }));
    const result = await closedLoad(options(server.port));
    expect(result.requests).toBe(server.requests());
    expect(result.latency.count()).toBe(server.requests());
    expect((result.statuses['202'] ?? 0) + (result.statuses['409'] ?? 0)).toBe(server.requests());
    expect(result.statuses['202']).toBeGreaterThan(0);
  });

  it('opens a connection again that the server has closed', async () => {
    const server = await listen(() => ({ status: 202, body: 'the last on this connection', last: true }));
    const result = await closedLoad(options(server.port));
    expect(result.requests).toBe(server.requests());
    expect(result.requests).toBeGreaterThan(4);
  });

  it('sends as many as are due in the open model, however few connections there are', async () => {
    const server = await listen(() => ({ status: 202, body: 'answer' }));
    const random = createRandom(1);
    const result = await openLoad({ ...options(server.port), connections: 1, ratePerSecond: 1_000, random });
    // Poisson with a mean of 100: the seed makes it always the same number.
    expect(result.requests).toBe(server.requests());
    expect(result.requests).toBeGreaterThan(60);
  });

  it('fails when a server hangs up instead of answering', async () => {
    const server = createServer((request) => request.socket.destroy());
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const { port } = server.address() as AddressInfo;
    await expect(closedLoad(options(port))).rejects.toThrow('was not answered');
  });
});
