import { request as send } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLifecycle, type Lifecycle } from '../../../src/core/lifecycle.js';
import { startServer } from '../../../src/server/start-server.js';
import { own } from '../../support/owned.js';
import { createSpace } from '../../support/space.js';
import { waitFor } from '../../support/wait-for.js';
import { mintToken, startServe, type ServeSpace } from '../serve-space.js';
import { createSigningKey, startKeyServer, type KeyServer, type SigningKey } from './key-server.js';

describe('serve with an identity provider', () => {
  /** Seeds, and counts what is left. */
  let base: ServeSpace;
  let lifecycle: Lifecycle;
  let disown: () => void;
  let orders: string;
  let key: SigningKey;
  let newKey: SigningKey;
  let keyServer: KeyServer;
  let productId: string;
  beforeAll(async () => {
    [key, newKey] = [await createSigningKey('k1', 'RS256'), await createSigningKey('k2', 'ES256')];
    keyServer = await startKeyServer([key.publicJwk]);
    base = await startServe(await createSpace('jwks'));
    productId = await base.product(10);
    const { log } = base.space;
    const { jwtSecret: _, ...config } = base.space.config({ jwksUrl: keyServer.url });
    lifecycle = createLifecycle({ log, deadlineMs: 10_000 });
    disown = own('serve with an identity provider', () => lifecycle.end());
    const server = await startServer({ config, log, lifecycle });
    orders = `http://127.0.0.1:${server.apiPort}/orders`;
  });
  afterAll(async () => {
    disown();
    await lifecycle.end();
    await keyServer.stop();
    await base.close();
  });

  /** @param tokens more than one become as many headers */
  function place(...tokens: string[]): Promise<{ status: number; code: unknown; retryAfter: unknown }> {
    const body = JSON.stringify({ productId, quantity: 1 });
    const headers = ['Content-Type', 'application/json', 'Content-Length', String(body.length), 'Host', 'x'];
    for (const token of tokens) headers.push('Authorization', `Bearer ${token}`);
    return new Promise((resolve, reject) => {
      const outgoing = send(orders, { method: 'POST', headers }, (incoming) => {
        let text = '';
        incoming.on('data', (chunk) => (text += String(chunk)));
        incoming.on('end', () => {
          const { code } = JSON.parse(text) as { code?: unknown };
          resolve({ status: incoming.statusCode ?? 0, code, retryAfter: incoming.headers['retry-after'] });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  it('sells to whom the provider knows, and to nobody else', async () => {
    expect(await place(await key.sign({ sub: 'ada' }))).toMatchObject({ status: 202 });
    const list = (token: string) => fetch(orders, { headers: { authorization: `Bearer ${token}` } });
    const seen = async (user: string) =>
      ((await (await list(await key.sign({ sub: user }))).json()) as { orders: unknown[] }).orders.length;
    expect([await seen('ada'), await seen('eve')]).toEqual([1, 0]);
    const before = await base.figures(productId);
    for (const [token, status] of [
      [await mintToken({ sub: 'ada' }), 401],
      [await newKey.sign({ sub: 'ada' }), 401],
      [await key.sign({ sub: 'ada', exp: 1 }), 401],
      ['x'.repeat(10_000), 401],
    ] as const) {
      expect(await place(token)).toMatchObject({ status });
    }
    const twice = await key.sign({ sub: 'ada' });
    expect(await place(twice, twice)).toMatchObject({ status: 400, code: 'INPUT_INVALID' });
    expect(await place(twice, await key.sign({ sub: 'eve' }))).toMatchObject({ status: 400 });
    expect(await base.figures(productId)).toEqual(before);
  });

  it('goes on selling while the provider is away; only tokens with a new key are asked to come again', async () => {
    await keyServer.stop();
    expect(await place(await key.sign({ sub: 'bob' }))).toMatchObject({ status: 202 });
    // The look for the new key above may still be cooling down: then the keys are known to be fresh, and it is refused.
    const answer = await waitFor(
      async () => {
        const { status, code, retryAfter } = await place(await newKey.sign({ sub: 'eve' }));
        return status === 401 ? undefined : { status, code, retryAfter };
      },
      { timeoutMs: 15_000, intervalMs: 200, what: 'the provider to be asked again' },
    );
    expect(answer).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(Number(answer.retryAfter)).toBeGreaterThan(0);
    expect(await place(await key.sign({ sub: 'ida' }))).toMatchObject({ status: 202 });
  });
});
