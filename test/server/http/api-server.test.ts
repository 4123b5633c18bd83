import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { own } from '../../support/owned.js';
import { waitFor } from '../../support/wait-for.js';
import { startApiServer, type ApiServer } from '../../../src/server/http/api-server.js';

const TIME_LIMITS = { headersMs: 200, requestMs: 400, checkMs: 20 };

describe('the API server', () => {
  let api: ApiServer;
  let requests = 0;
  let disown: () => void;
  beforeAll(async () => {
    api = await startApiServer({
      port: 0,
      host: '127.0.0.1',
      maxConnections: 5,
      timeLimits: TIME_LIMITS,
      listener(request, response) {
        requests += 1;
        request.on('error', () => undefined);
        request.resume().on('end', () => response.end('done'));
      },
    });
    disown = own('api server', () => api.close());
  });
  afterAll(async () => {
    disown();
    await api.close();
  });

  interface Caller {
    readonly socket: Socket;
    /** All that was answered, once the server has closed the connection. */
    readonly ended: Promise<string>;
  }
  function call(text: string): Caller {
    const socket = connect(api.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    if (text !== '') socket.write(text);
    const ended = new Promise<string>((resolve) => socket.on('close', () => resolve(answer)));
    return { socket, ended };
  }
  const noneLeft = () => waitFor(() => api.connections() === 0, { what: 'every connection to be freed' });

  it('cuts off who never ends its headers', async () => {
    const before = requests;
    expect(await call('POST /orders HTTP/1.1\r\nHost: x\r\n').ended).toMatch(/^HTTP\/1.1 408 /);
    expect(requests).toBe(before);
    await noneLeft();
  });

  it('cuts off who drips its body, however steadily', async () => {
    const slow = call('POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n');
    const drip = setInterval(() => slow.socket.write('x'), 10);
    expect(await slow.ended).toMatch(/^HTTP\/1.1 408 /);
    clearInterval(drip);
    await noneLeft();
  });

  it('refuses headers that are too large', async () => {
    const answer = await call(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`).ended;
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect(answer).toContain('application/problem+json');
    await noneLeft();
  });

  it('closes connections beyond as many as may be, counts them, and takes new ones when there is room', async () => {
    const before = api.dropped();
    const idle = Array.from({ length: 5 }, () => call(''));
    await waitFor(() => api.connections() === 5, { what: 'five connections' });
    expect(await call('GET / HTTP/1.1\r\nHost: x\r\n\r\n').ended).toBe('');
    expect(api.dropped()).toBe(before + 1);
    for (const { socket } of idle) socket.destroy();
    await noneLeft();
    const served = call('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await served.ended).toMatch(/^HTTP\/1.1 200 .*done/s);
  });
});
