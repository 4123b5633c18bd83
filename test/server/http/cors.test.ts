import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/core/config/schema.js';
import { createSpace } from '../../support/space.js';
import { startServe, type ServeSpace } from '../serve-space.js';

const SHOP = 'https://shop.example';
const preflight = {
  origin: SHOP,
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,content-type,idempotency-key',
};

let closed: ServeSpace;
let open: ServeSpace;
beforeAll(async () => {
  closed = await startServe(await createSpace('no-cors'));
  open = await startServe(await createSpace('cors'), { corsOrigins: `${SHOP}, http://localhost:3000` });
});
afterAll(async () => {
  await closed.close();
  await open.close();
});

describe('a page in a browser', () => {
  const ask = (api: string, method: string, headers: Record<string, string>, path = '/orders') =>
    fetch(`${api}${path}`, { method, headers });
  const corsHeaders = (response: Response) =>
    [...response.headers.keys()].filter((name) => name.startsWith('access-control-'));

  it('may call the API from a configured origin, and read what the answer tells', async () => {
    const asked = await ask(open.api, 'OPTIONS', preflight);
    expect(asked.status).toBe(204);
    expect(Object.fromEntries(asked.headers)).toMatchObject({
      'access-control-allow-origin': SHOP,
      'access-control-allow-methods': 'GET, HEAD, POST',
      'access-control-allow-headers': 'Authorization, Content-Type, Idempotency-Key, Last-Event-ID',
      'access-control-max-age': '600',
      vary: 'Origin',
    });
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
    for (const [method, path] of [
      ['POST', '/orders'],
      ['GET', '/orders'],
      ['GET', '/nowhere'],
    ] as const) {
      const answer = await ask(open.api, method, { origin: SHOP }, path);
      expect([path, answer.headers.get('access-control-allow-origin')]).toEqual([path, SHOP]);
      expect(answer.headers.get('access-control-expose-headers')).toContain('Location, Retry-After');
      expect(answer.headers.get('vary')).toBe('Origin');
    }
  });

  it.each(['https://evil.example', 'https://shop.example.evil', 'http://shop.example', 'null', ''])(
    'of the origin "%s" is kept out',
    async (origin) => {
      for (const answer of [
        await ask(open.api, 'OPTIONS', { ...preflight, origin }),
        await ask(open.api, 'GET', { origin }),
      ]) {
        expect(corsHeaders(answer)).toEqual([]);
        expect(answer.headers.get('vary')).toBe('Origin');
      }
    },
  );

  it('is kept out wherever no origin is configured', async () => {
    const answer = await ask(closed.api, 'OPTIONS', preflight);
    expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'GET, HEAD, POST, OPTIONS']);
    expect(corsHeaders(answer)).toEqual([]);
  });

  it('has no wildcard: origins are named exactly', () => {
    const isTaken = (corsOrigins: string) => configSchema.safeParse({ corsOrigins }).success;
    expect(isTaken('https://shop.example,http://localhost:3000')).toBe(true);
    for (const wrong of [
      '*',
      'null',
      'shop.example',
      'https://shop.example/',
      'https://*.example',
      'ftp://shop.example',
    ]) {
      expect([wrong, isTaken(wrong)]).toEqual([wrong, false]);
    }
  });
});

describe('any method', () => {
  it.each([
    ['/orders', 'GET, HEAD, POST, OPTIONS'],
    ['/orders/x', 'GET, HEAD, OPTIONS'],
    ['/orders/x/events', 'GET, HEAD, OPTIONS'],
    ['/openapi.json', 'GET, HEAD, OPTIONS'],
  ])('on %s is either answered or told which are (%s)', async (path, allow) => {
    for (const method of ['PUT', 'PATCH', 'DELETE', ...(path === '/orders' ? [] : ['POST'])]) {
      const answer = await fetch(`${closed.api}${path}`, { method });
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, allow]);
      expect(await answer.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED', retryable: false });
    }
    const options = await fetch(`${closed.api}${path}`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow'), await options.text()]).toEqual([204, allow, '']);
    const get = await fetch(`${closed.api}${path}`);
    const head = await fetch(`${closed.api}${path}`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([
      get.status,
      get.headers.get('content-type'),
      '',
    ]);
  });

  it('is answered with the headers that keep an API from being framed, sniffed or cached', async () => {
    for (const [method, path] of [
      ['GET', '/openapi.json'],
      ['GET', '/orders'],
      ['POST', '/orders'],
      ['OPTIONS', '/orders'],
      ['DELETE', '/orders'],
      ['GET', '/nowhere'],
    ] as const) {
      const { headers } = await fetch(`${closed.api}${path}`, { method });
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'origin-agent-cluster': '?1',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'x-content-type-options': 'nosniff',
        'x-dns-prefetch-control': 'off',
        'x-download-options': 'noopen',
        'x-frame-options': 'DENY',
        'x-permitted-cross-domain-policies': 'none',
        'x-xss-protection': '0',
      });
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });
});
