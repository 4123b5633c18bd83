/** A serve role in this process, on a space of its own, with products to sell and buyers who ask over real HTTP. */
import { randomUUID } from 'node:crypto';
import { SignJWT, type JWTPayload } from 'jose';
import { seedPrices } from '../../src/core/postgres/seed-price-rows.js';
import { seedStock } from '../../src/core/postgres/seed-stock-rows.js';
import { findConservation } from '../../src/core/postgres/find-conservation.js';
import { loadProduct } from '../../src/core/catalog/load-product.js';
import { createLifecycle, type Lifecycle } from '../../src/core/lifecycle.js';
import { readTotals } from '../../src/core/redis/read-totals.js';
import { startServer, type RunningServer } from '../../src/server/start-server.js';
import type { ConfigKey } from '../../src/core/config/schema.js';
import { own } from '../support/owned.js';
import { createSpace, TEST_JWT_SECRET, type Space } from '../support/space.js';
import { createHttpClient, type Answer } from './http-client.js';

export type { Answer } from './http-client.js';

/** The test shares the event loop with the server: what delays it is mostly the test. */
const MAX_LOOP_DELAY = '10s';
/** Above any queue that tests fill. */
const CONNECTIONS = 200;

export interface Figures {
  /** Postgres: units claimed, and orders anyone can see. */
  readonly claimed: number;
  readonly orders: number;
  /** Redis: free units, holds, units in them. */
  readonly available: number | null;
  readonly holds: number;
  readonly heldUnits: number;
}

export interface OrderOptions {
  readonly userId?: string;
  readonly key?: string;
  /** Sent instead of what the other fields would make. */
  readonly body?: string | Uint8Array;
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ServeSpace {
  readonly space: Space;
  readonly server: RunningServer;
  readonly lifecycle: Lifecycle;
  readonly api: string;
  readonly admin: string;
  /** Seeds a product at 49.90 EUR and loads it. @returns its id */
  product(quantity: number, productId?: string): Promise<string>;
  order(productId: string, quantity: number, options?: OrderOptions): Promise<Answer>;
  /** The same as buyers do it: after a 503 it comes again with its key. */
  buy(productId: string, quantity: number, options?: OrderOptions): Promise<Answer>;
  token(userId: string): Promise<string>;
  post(path: string, userId: string): Promise<Answer>;
  get(path: string, userId: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  figures(productId: string): Promise<Figures>;
  /** Ends this serve alone; the space stays, for its replicas or its successor. */
  stop(): Promise<void>;
  /** Ends this serve and gives back the space. */
  close(): Promise<void>;
}

/** A token as an identity provider would make it. */
export function mintToken(claims: JWTPayload, secret = TEST_JWT_SECRET, alg = 'HS256'): Promise<string> {
  return new SignJWT({ exp: Math.floor(Date.now() / 1_000) + 3_600, ...claims })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(secret));
}

/** @param name of the space. @param overrides settings as in the environment */
export async function startServeSpace(
  name: string,
  overrides: Readonly<Partial<Record<ConfigKey, string>>> = {},
): Promise<ServeSpace> {
  const space = await createSpace(name);
  await space.topics();
  return startServe(space, overrides);
}

/** Another serve on a space that is there already: `close` gives back both, `stop` only the serve. */
export async function startServe(
  space: Space,
  overrides: Readonly<Partial<Record<ConfigKey, string>>> = {},
): Promise<ServeSpace> {
  const lifecycle = createLifecycle({ log: space.log, deadlineMs: 20_000 });
  const disown = own(`serve on ${space.prefix}`, () => lifecycle.end());
  const config = space.config({ maxLoopDelay: MAX_LOOP_DELAY, ...overrides });
  const server = await startServer({ config, log: space.log, lifecycle });
  const api = `http://127.0.0.1:${server.apiPort}`;
  const client = createHttpClient(CONNECTIONS);
  const catalog = { pool: space.pool, redis: space.redis, prefix: space.prefix, log: space.log };

  const serve: ServeSpace = {
    space,
    server,
    lifecycle,
    api,
    admin: `http://127.0.0.1:${server.adminPort}`,
    async product(quantity, productId = `p-${randomUUID().slice(0, 8)}`) {
      const actor = 'test';
      await seedStock(space.pool, {
        operationId: randomUUID(),
        mode: 'seed',
        rows: [{ productId, quantity }],
        actor,
      });
      await seedPrices(space.pool, [{ productId, price: { amountMinor: 4_990, currency: 'EUR' } }]);
      await loadProduct(catalog, productId);
      return productId;
    },
    async order(productId, quantity, options = {}) {
      const headers: Record<string, string> = { 'content-type': 'application/json' };
      const token =
        options.token === undefined ? await mintToken({ sub: options.userId ?? 'ada' }) : options.token;
      if (token !== null) headers['authorization'] = `Bearer ${token}`;
      if (options.key !== undefined) headers['idempotency-key'] = options.key;
      const body = options.body ?? JSON.stringify({ productId, quantity });
      return client.request('POST', `${api}/orders`, { ...headers, ...options.headers }, body);
    },
    async buy(productId, quantity, options = {}) {
      const key = options.key ?? randomUUID();
      for (;;) {
        const answer = await serve.order(productId, quantity, { ...options, key });
        if (answer.status !== 503) return answer;
      }
    },
    token: (userId) => mintToken({ sub: userId }),
    async post(path, userId) {
      const authorization = `Bearer ${await serve.token(userId)}`;
      return client.request('POST', `${api}${path}`, { authorization });
    },
    async get(path, userId, headers = {}) {
      const authorization = `Bearer ${await serve.token(userId)}`;
      return client.request('GET', `${api}${path}`, { authorization, ...headers });
    },
    async figures(productId) {
      const [found] = await findConservation(space.pool, [productId]);
      const { rows } = await space.pool.query<{ n: number }>(
        `select count(*)::integer as n from orders where product_id = $1 and status not in ('ABANDONED', 'REFUSED')`,
        [productId],
      );
      const totals = await readTotals(space.redis, space.prefix, productId);
      return {
        claimed: found?.claimed ?? 0,
        orders: rows[0]?.n ?? 0,
        available: totals.available,
        holds: totals.holds,
        heldUnits: totals.heldUnits,
      };
    },
    async stop() {
      disown();
      client.close();
      await lifecycle.end();
      await lifecycle.ended;
    },
    async close() {
      await serve.stop();
      await space.close();
    },
  };
  return serve;
}
