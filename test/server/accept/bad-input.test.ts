import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from 'node:net';
import {
  mintToken,
  startServeSpace,
  type Figures,
  type OrderOptions,
  type ServeSpace,
} from '../serve-space.js';

const now = Math.floor(Date.now() / 1_000);
const unsigned = (header: object, claims: object) =>
  `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;

describe('a bad request', () => {
  let serve: ServeSpace;
  let productId: string;
  let untouched: Figures;
  beforeAll(async () => {
    serve = await startServeSpace('bad', { jwtIssuer: 'shop', jwtAudience: 'orders' });
    productId = await serve.product(10);
    untouched = await serve.figures(productId);
  });
  afterAll(() => serve.close());

  const good = { sub: 'ada', iss: 'shop', aud: 'orders' };
  /** Sends it, and expects a problem of that kind and not one unit moved. */
  async function expectRefused(status: number, code: string, options: OrderOptions): Promise<void> {
    const token = options.token === undefined ? await mintToken(good) : options.token;
    const answer = await serve.order(productId, 1, { ...options, token });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toMatchObject({
      type: `urn:ordersctl:problem:${code.toLowerCase().replaceAll('_', '-')}`,
      status,
      retryable: false,
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    expect(await serve.figures(productId)).toEqual(untouched);
  }

  it.each([0, -1, 1.5, 1e21, 10_001, '"1"', 'null', '[1]', 'true'])(
    'of quantity %s is refused and moves no unit',
    async (quantity) => {
      await expectRefused(400, 'INPUT_INVALID', {
        body: `{"productId":"${productId}","quantity":${quantity}}`,
      });
    },
  );

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['of 300 characters', 'x'.repeat(300)],
    ['with U+0000', 'a\0b'],
    ['with a control character', 'a\nb'],
    ['with braces', 'a}b'],
    ['half a surrogate pair', '\ud800'],
    ['not a string', 7],
  ])('with a product id that is %s is refused and moves no unit', async (_what, id) => {
    await expectRefused(400, 'INPUT_INVALID', { body: JSON.stringify({ productId: id, quantity: 1 }) });
  });

  it.each([
    ['not JSON', 'quantity=1'],
    ['empty', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['cut short', '{"productId":"a"'],
    ['not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ['with an unknown field', '{"productId":"a","quantity":1,"price":1}'],
  ])('with a body that is %s is refused and moves no unit', async (_what, body) => {
    await expectRefused(400, 'INPUT_INVALID', { body });
  });

  it('with a body of 2 MB is refused, declared or streamed, and the connection survives it', async () => {
    const body = JSON.stringify({ productId, quantity: 1, padding: 'x'.repeat(2_000_000) });
    await expectRefused(413, 'BODY_TOO_LARGE', { body });
    const response = await fetch(`${serve.api}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await mintToken(good)}` },
      body: new Blob([body]).stream(),
      duplex: 'half',
    });
    expect(response.status).toBe(413);
    expect(((await response.json()) as { code: string }).code).toBe('BODY_TOO_LARGE');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx'])(
    'of type %s is refused and moves no unit',
    async (type) => {
      await expectRefused(415, 'UNSUPPORTED_MEDIA_TYPE', { headers: { 'content-type': type } });
    },
  );

  it.each(['', 'x'.repeat(201), 'ä'])(
    'with the Idempotency-Key "%s" is refused and moves no unit',
    async (key) => {
      await expectRefused(400, 'INPUT_INVALID', { headers: { 'idempotency-key': key } });
    },
  );

  it.each<[string, () => Promise<string | null> | string | null]>([
    ['missing', () => null],
    ['empty', () => ''],
    ['not a token', () => 'abc'],
    ['expired', () => mintToken({ ...good, exp: now - 1 })],
    ['not valid yet', () => mintToken({ ...good, nbf: now + 600 })],
    ['signed with another secret', () => mintToken(good, 'another-secret-of-more-than-32-characters')],
    ['signed with another algorithm', () => mintToken(good, undefined, 'HS512')],
    ['not signed (alg none)', () => unsigned({ alg: 'none' }, good)],
    ['not signed (alg None)', () => unsigned({ alg: 'None' }, good)],
    ['of another issuer', () => mintToken({ ...good, iss: 'elsewhere' })],
    ['for another audience', () => mintToken({ ...good, aud: ['billing'] })],
    ['without sub', () => mintToken({ iss: 'shop', aud: 'orders' })],
    ['of an empty user', () => mintToken({ ...good, sub: '' })],
    ['of a user of 300 characters', () => mintToken({ ...good, sub: 'u'.repeat(300) })],
    ['of a user with U+0000', () => mintToken({ ...good, sub: 'a\0b' })],
    [
      'changed after signing',
      async () =>
        (await mintToken(good)).replace(
          /\.[^.]+\./,
          `.${Buffer.from(JSON.stringify({ ...good, sub: 'eve' })).toString('base64url')}.`,
        ),
    ],
  ])('with a token that is %s is refused and moves no unit', async (_what, make) => {
    await expectRefused(401, 'UNAUTHENTICATED', { token: await make() });
  });

  it('is told apart from the same request with everything right', async () => {
    const answer = await serve.order(productId, 1, {
      token: await mintToken({ ...good, aud: ['billing', 'orders'] }),
    });
    expect(answer.status).toBe(202);
    untouched = await serve.figures(productId);
  });

  it('to an unknown address or with an unknown method gets a problem', async () => {
    for (const [method, path, status, code] of [
      ['GET', '/', 404, 'NOT_FOUND'],
      ['POST', '/admin', 404, 'NOT_FOUND'],
      ['PUT', '/orders', 405, 'METHOD_NOT_ALLOWED'],
      ['DELETE', '/orders/x', 405, 'METHOD_NOT_ALLOWED'],
      ['GET', '/orders/%E0%A4%A', 400, 'INPUT_INVALID'],
    ] as const) {
      const response = await fetch(`${serve.api}${path}`, { method });
      expect([method, path, response.status]).toEqual([method, path, status]);
      expect(((await response.json()) as { code: string }).code).toBe(code);
      expect(response.headers.get('x-powered-by')).toBeNull();
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('that is not HTTP gets a problem and its connection is closed', async () => {
    const socket = connect(serve.server.apiPort, '127.0.0.1');
    const received: Buffer[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.write('HELLO\r\n\r\n');
    await closed;
    expect(Buffer.concat(received).toString()).toMatch(
      /^HTTP\/1.1 400 [\s\S]*application\/problem\+json[\s\S]*INPUT_INVALID/,
    );
  });

  it('cut off in mid-body moves no unit and leaves nothing in hand', async () => {
    const token = await mintToken(good);
    const socket = connect(serve.server.apiPort, '127.0.0.1');
    await new Promise((resolve) => socket.on('connect', resolve));
    const head = `POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer ${token}\r\nContent-Length: 60\r\n\r\n`;
    await new Promise((resolve) => socket.write(`${head}{"productId":`, resolve));
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.destroy();
    await closed;
    const metrics = await (await fetch(`${serve.admin}/metrics`)).text();
    expect(metrics).toMatch(/ordersctl_accept_in_flight\{[^}]*\} 0/);
    expect(await serve.figures(productId)).toEqual(untouched);
  });
});
