/** The three roles as real processes on one space, and buyers who talk to them over real HTTP. */
import { createServer } from 'node:net';
import { SignJWT } from 'jose';
import type { Role } from '../../src/core/names.js';
import {
  runBinary,
  startBinary,
  type BinaryOptions,
  type BinaryResult,
  type RunningBinary,
} from './binary.js';
import type { Space } from './space.js';
import { waitFor } from './wait-for.js';

export interface Pipeline {
  readonly env: Readonly<Record<string, string>>;
  readonly api: string;
  /** Starts a role and waits until its `/readyz` answers 200. @param binary of another build */
  start(role: Role, env?: Readonly<Record<string, string>>, binary?: string): Promise<RunningBinary>;
  /** One more of a role, on ports of its own; ready when it resolves. Whoever starts it stops it. */
  startReplica(role: Role): Promise<Replica>;
  /** Ends a role and waits for it; SIGKILL for a crash. */
  stop(role: Role, signal?: NodeJS.Signals): Promise<BinaryResult>;
  /** Runs a command with this pipeline's environment. */
  run(args: readonly string[], options?: Omit<BinaryOptions, 'env' | 'cwd'>): Promise<BinaryResult>;
  /** Runs a command with `--json` and parses its stdout; fails when the exit code is not `code`. */
  json<T>(args: readonly string[], code?: number): Promise<T>;
  /** A bearer token for one customer. */
  token(userId: string): Promise<string>;
  stopAll(): Promise<void>;
}

export interface Replica extends RunningBinary {
  /** Origin of its API, when it is a `serve`. */
  readonly api: string;
}

export interface Answer {
  readonly status: number;
  readonly body: { orderId: string; status: string; code?: string; [name: string]: unknown };
  readonly headers: Headers;
}

/** @param overrides environment for every role, on top of the space's own */
export async function createPipeline(
  space: Pick<Space, 'environment'>,
  overrides: Readonly<Record<string, string>> = {},
): Promise<Pipeline> {
  const ports = {
    api: await freePort(),
    serve: await freePort(),
    consume: await freePort(),
    worker: await freePort(),
  };
  const env: Record<string, string> = {
    ...space.environment,
    // The roles share the processors with every server and the buyers: here a slow loop says nothing.
    ORDERSCTL_MAX_LOOP_DELAY: '10s',
    ...overrides,
  };
  const running = new Map<Role, RunningBinary>();
  const tokens = new Map<string, Promise<string>>();

  /** @param more its ports, and what else differs from the others */
  function launch(role: Role, more: Readonly<Record<string, string>>, binary?: string) {
    const roleEnv = { ...env, ...more };
    const started = startBinary([role], { env: roleEnv, ...(binary !== undefined && { binary }) });
    let gone: BinaryResult | undefined;
    void started.exited.then((result) => (gone = result));
    const ready = waitFor(
      async () => {
        if (gone) return true;
        return (await fetch(`http://127.0.0.1:${roleEnv['ORDERSCTL_ADMIN_PORT']}/readyz`)).status === 200;
      },
      { timeoutMs: 60_000, intervalMs: 50, what: `${role} to be ready` },
    ).then(() => {
      if (gone)
        throw new Error(`${role} ended with ${gone.code}: ${gone.stderr}${gone.stdout.slice(-2_000)}`);
    });
    return { started, ready };
  }

  const run: Pipeline['run'] = (args, options = {}) => runBinary(args, { env, ...options });

  const pipeline: Pipeline = {
    env,
    api: `http://127.0.0.1:${ports.api}`,
    run,
    async start(role, extra = {}, binary?: string) {
      const place = { PORT: String(ports.api), ORDERSCTL_ADMIN_PORT: String(ports[role]) };
      const { started, ready } = launch(role, { ...place, ...extra }, binary);
      running.set(role, started);
      await ready;
      return started;
    },
    async startReplica(role) {
      const [api, admin] = [await freePort(), await freePort()];
      const { started, ready } = launch(role, { PORT: String(api), ORDERSCTL_ADMIN_PORT: String(admin) });
      await ready;
      return { ...started, api: `http://127.0.0.1:${api}` };
    },
    async stop(role, signal = 'SIGTERM') {
      const started = running.get(role);
      if (!started) throw new Error(`${role} does not run`);
      running.delete(role);
      return started.stop(signal);
    },
    async json<T>(args: readonly string[], code = 0) {
      const result = await run([...args, '--json'], { timeoutMs: 60_000 });
      if (result.code !== code)
        throw new Error(`${args.join(' ')} ended with ${result.code}: ${result.stderr}${result.stdout}`);
      return JSON.parse(result.stdout) as T;
    },
    token(userId) {
      const known = tokens.get(userId);
      if (known) return known;
      const minted = new SignJWT({ sub: userId })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(new TextEncoder().encode(env['ORDERSCTL_JWT_SECRET']));
      tokens.set(userId, minted);
      return minted;
    },
    async stopAll() {
      await Promise.all([...running.keys()].map((role) => pipeline.stop(role)));
    },
  };
  return pipeline;
}

/** One `POST /orders`. @param key `Idempotency-Key` */
export async function placeOrder(
  pipeline: Pipeline,
  order: { userId: string; productId: string; quantity: number; key?: string },
): Promise<Answer> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    authorization: `Bearer ${await pipeline.token(order.userId)}`,
  };
  if (order.key !== undefined) headers['idempotency-key'] = order.key;
  const response = await fetch(`${pipeline.api}/orders`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ productId: order.productId, quantity: order.quantity }),
    signal: AbortSignal.timeout(15_000),
  });
  return {
    status: response.status,
    body: (await response.json()) as Answer['body'],
    headers: response.headers,
  };
}

const RETRY_MS = 100;

/** As a shop's front end does it: the same key again until there is an answer, which a 503 is not. */
export async function placeUntilAnswered(
  pipeline: Pipeline,
  order: { userId: string; productId: string; quantity: number; key: string },
  options: { timeoutMs: number; onTurnedAway?: () => void },
): Promise<Answer> {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    try {
      const answer = await placeOrder(pipeline, order);
      if (answer.status !== 503 || Date.now() > deadline) return answer;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    options.onTurnedAway?.();
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** One `GET /orders/:id` as its owner. */
export async function readOrder(pipeline: Pipeline, userId: string, orderId: string): Promise<Answer> {
  const response = await fetch(`${pipeline.api}/orders/${orderId}`, {
    headers: { authorization: `Bearer ${await pipeline.token(userId)}` },
    signal: AbortSignal.timeout(15_000),
  });
  return {
    status: response.status,
    body: (await response.json()) as Answer['body'],
    headers: response.headers,
  };
}

/** Runs `work` over all items with at most `width` at once, keeping the order of the results. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(width, items.length) }, async () => {
      while (next < items.length) {
        const index = next;
        next += 1;
        results[index] = await work(items[index] as T, index);
      }
    }),
  );
  return results;
}

/** A TCP port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
