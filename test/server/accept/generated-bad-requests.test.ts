import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel } from '../../../src/core/in-parallel.js';
import { createSpace } from '../../support/space.js';
import { createHttpClient, type Answer, type HttpClient } from '../http-client.js';
import { mintToken, startServe, type Figures, type ServeSpace } from '../serve-space.js';
import { badRequests, type BadRequest } from './bad-request.js';

const REQUESTS = 10_000;
const RAW_REQUESTS = 500;
const TOGETHER = 50;
const REFUSALS = [400, 401, 413, 415];
/** Shown when a request gets through: with it the same ones are made again. */
const seed = Date.now() | 0;

describe('generated bad requests', () => {
  let serve: ServeSpace;
  let client: HttpClient;
  let productId: string;
  let token: string;
  let untouched: Figures;
  beforeAll(async () => {
    // The load generator shares the process: its own slowness must not become a 503.
    serve = await startServe(await createSpace('generated'), { maxLoopDelay: '10m', maxQueueAge: '10m' });
    client = createHttpClient(TOGETHER);
    productId = await serve.product(1_000);
    token = await mintToken({ sub: 'ada' });
    untouched = await serve.figures(productId);
  });
  afterAll(async () => {
    client.close();
    await serve.close();
  });

  function answerTo({ authorization, contentType, key, body }: BadRequest): Promise<Answer> {
    const headers: Record<string, string> = {};
    if (authorization !== null) headers['authorization'] = authorization;
    if (contentType !== null) headers['content-type'] = contentType;
    if (key !== undefined) headers['idempotency-key'] = key;
    return client.request('POST', `${serve.api}/orders`, headers, body);
  }

  it('by the ten thousand are answered with 4xx and move no unit', { timeout: 180_000 }, async () => {
    const requests = fc.sample(badRequests({ productId, token }), { seed, numRuns: REQUESTS });
    const wrong: [BadRequest, Answer][] = [];
    const met = new Set<number>();
    await inParallel(requests, TOGETHER, async (request) => {
      const answer = await answerTo(request);
      met.add(answer.status);
      const isRefused =
        REFUSALS.includes(answer.status) &&
        answer.headers.get('content-type') === 'application/problem+json; charset=utf-8' &&
        answer.body['retryable'] === false;
      if (!isRefused) wrong.push([request, answer]);
    });
    expect({ seed, wrong: wrong.slice(0, 3) }).toEqual({ seed, wrong: [] });
    expect(await serve.figures(productId)).toEqual(untouched);
    // Every way to be refused was met: none hides the others.
    expect([...met].sort()).toEqual(REFUSALS);
  });

  it('that are not HTTP, or not whole, get 4xx or nothing', { timeout: 120_000 }, async () => {
    const body = JSON.stringify({ productId, quantity: 1 });
    const head =
      'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
      `Authorization: Bearer ${token}\r\n`;
    const whole = `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
    const cut = fc.nat(whole.length - 1).map((end) => whole.slice(0, end));
    const garbage = fc.uint8Array({ minLength: 1, maxLength: 500 });
    const doubled = fc
      .constantFrom(token, 'x')
      .map((other) => whole.replace('Authorization', `AUTHORIZATION: Bearer ${other}\r\nAuthorization`));
    const smuggled = fc.constantFrom(
      whole.replace('Content-Length', 'Transfer-Encoding: chunked\r\nContent-Length'),
      whole.replace('Content-Length', 'Content-Length: 0\r\nContent-Length'),
      whole.replace('Host: x\r\n', ''),
      whole.replace('HTTP/1.1', 'HTTP/9.9'),
      whole.replace('Content-Length', `X: ${'x'.repeat(20_000)}\r\nContent-Length`),
    );
    const sent = fc.sample(fc.oneof(cut, garbage, doubled, smuggled), { seed, numRuns: RAW_REQUESTS });
    const wrong: [string | Uint8Array, string][] = [];
    await inParallel(sent, TOGETHER, async (bytes) => {
      const answer = await sendRaw(serve.server.apiPort, bytes);
      if (!/^(HTTP\/1\.1 4\d\d |$)/.test(answer)) wrong.push([bytes, answer]);
    });
    expect({ seed, wrong: wrong.slice(0, 3) }).toEqual({ seed, wrong: [] });
    expect(await serve.figures(productId)).toEqual(untouched);
  });

  it('leave the server as it was: a good one is accepted', async () => {
    expect((await serve.order(productId, 1)).status).toBe(202);
  });
});

/** Sends the bytes and hangs up its own side. @returns all that came back */
function sendRaw(port: number, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.on('data', (chunk) => received.push(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(Buffer.concat(received).toString('latin1')));
  });
}
