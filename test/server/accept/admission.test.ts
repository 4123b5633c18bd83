import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAdmission } from '../../../src/server/accept/admission.js';
import { createSpace, type Space } from '../../support/space.js';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';
import { startServe, type ServeSpace } from '../serve-space.js';

function open(limits: { maxInFlight?: number } = {}) {
  const state = { up: true, redisUp: true, full: false, waitMs: 0, loopMs: 0, draw: 0.5 };
  const admission = createAdmission({
    maxInFlight: limits.maxInFlight ?? 2,
    postgres: { isUp: () => state.up },
    redis: { isUp: () => state.redisUp },
    isOutboxFull: () => state.full,
    oldestWaitMs: () => state.waitMs,
    maxWaitMs: 2_000,
    loopDelay: { ms: () => state.loopMs },
    maxLoopDelayMs: 100,
    random: () => state.draw,
  });
  return { state, admission };
}

describe('admission', () => {
  it('lets in as many as there are places, and the next when one was left', () => {
    const { admission } = open({ maxInFlight: 2 });
    admission.enter();
    admission.enter();
    expect(() => admission.enter()).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    expect(admission.inFlight()).toBe(2);
    admission.leave();
    admission.enter();
    expect(admission.inFlight()).toBe(2);
  });

  it.each([
    ['Postgres is away', { up: false }, 'UNAVAILABLE'],
    ['Redis is away', { redisUp: false }, 'UNAVAILABLE'],
    ['the outbox is full', { full: true }, 'OVERLOADED'],
    ['the queue is slow', { waitMs: 60_000 }, 'OVERLOADED'],
  ])('refuses while %s and lets in afterwards, taking no place meanwhile', (_why, trouble, code) => {
    const { admission, state } = open();
    const well = { ...state };
    Object.assign(state, trouble);
    expect(() => admission.check()).toThrow(expect.objectContaining({ code }));
    expect(() => admission.enter()).toThrow(expect.objectContaining({ code }));
    expect(admission.inFlight()).toBe(0);
    Object.assign(state, well);
    admission.check();
    admission.enter();
    expect(admission.inFlight()).toBe(1);
  });

  it('refuses a share that grows with the delay of the event loop, all of it from twice the limit', () => {
    const { admission, state } = open();
    const shareAt = (loopMs: number) => {
      state.loopMs = loopMs;
      const draws = Array.from({ length: 100 }, (_, n) => n / 100);
      return draws.filter((draw) => {
        state.draw = draw;
        try {
          admission.check();
          return false;
        } catch (error) {
          expect(error).toMatchObject({ code: 'OVERLOADED' });
          return true;
        }
      }).length;
    };
    expect([99, 100, 125, 150, 200, 5_000].map(shareAt)).toEqual([0, 0, 25, 50, 100, 100]);
  });

  it('does not turn away for the event loop whoever was read already', () => {
    const { admission, state } = open();
    state.loopMs = 10_000;
    admission.enter();
    expect(admission.inFlight()).toBe(1);
  });

  it('refuses everything once closed, and tells when those inside have left', async () => {
    const { admission } = open();
    admission.enter();
    admission.close();
    expect(() => admission.enter()).toThrow(expect.objectContaining({ code: 'DRAINING' }));
    let empty = false;
    const emptied = admission.whenEmpty().then(() => (empty = true));
    await Promise.resolve();
    expect(empty).toBe(false);
    admission.leave();
    await emptied;
    await admission.whenEmpty();
  });
});

describe('admission to a real server', () => {
  let space: Space;
  let postgres: TcpProxy;
  let redis: TcpProxy;
  let serve: ServeSpace;
  beforeAll(async () => {
    space = await createSpace('admission');
    await space.topics();
    const [databaseUrl, redisUrl] = [new URL(space.databaseUrl), new URL(space.config().redisUrl)];
    postgres = await createTcpProxy({ host: databaseUrl.hostname, port: Number(databaseUrl.port) });
    redis = await createTcpProxy({ host: redisUrl.hostname, port: Number(redisUrl.port) });
    databaseUrl.port = String(postgres.port);
    redisUrl.port = String(redis.port);
    serve = await startServe(space, {
      databaseUrl: databaseUrl.href,
      redisUrl: redisUrl.href,
      acceptQueueMax: '20',
      maxLoopDelay: '60ms',
    });
  });
  afterAll(async () => {
    await serve.close();
    await postgres.close();
    await redis.close();
  });

  const refusal = (code: string) => ({ code, status: 503, retryable: true });
  const acceptedAgain = (productId: string) =>
    waitFor(async () => (await serve.order(productId, 1)).status === 202, { what: 'orders to be accepted' });

  it('refuses whoever is too many before anything is held, and recovers', async () => {
    const productId = await serve.product(100);
    await acceptedAgain(productId);
    const fired = postgres.fired;
    postgres.hold();
    const inHand = Array.from({ length: 20 }, (_, n) => serve.order(productId, 1, { userId: `u${n}` }));
    await waitFor(async () => (await serve.figures(productId)).holds === 21, { what: 'twenty holds' });
    const tooMany = await Promise.all(Array.from({ length: 40 }, () => serve.order(productId, 1)));
    for (const { body, headers } of tooMany) {
      expect(body).toMatchObject(refusal('OVERLOADED'));
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    expect(await serve.figures(productId)).toMatchObject({ holds: 21, heldUnits: 21, available: 79 });
    postgres.resume();
    expect(postgres.fired).toBeGreaterThan(fired);
    expect(new Set((await Promise.all(inHand)).map(({ status }) => status))).toEqual(new Set([202]));
    await acceptedAgain(productId);
    expect(await serve.figures(productId)).toMatchObject({ claimed: 22, orders: 22, holds: 22 });
  });

  it('asks a Redis that is away for nothing but whether it is back', async () => {
    const productId = await serve.product(10);
    await acceptedAgain(productId);
    const fired = redis.fired;
    redis.cut();
    const refused = await waitFor(
      async () => {
        const answer = await serve.order(productId, 1);
        return answer.status === 503 && answer;
      },
      { what: 'the loss to be noticed' },
    );
    expect(refused.body).toMatchObject(refusal('UNAVAILABLE'));
    const answers = await Promise.all(Array.from({ length: 30 }, () => serve.order(productId, 1)));
    for (const { body } of answers) expect(body).toMatchObject(refusal('UNAVAILABLE'));
    await waitFor(() => redis.fired > fired, { what: 'the cut to be met' });
    expect(await serve.figures(productId)).toMatchObject({ orders: 1, holds: 1, available: 9 });
    redis.resume();
    await acceptedAgain(productId);
  });

  it('refuses while the event loop hardly turns, and recovers', async () => {
    const productId = await serve.product(1_000);
    await acceptedAgain(productId);
    const standStill = (ms: number) => {
      for (const until = performance.now() + ms; performance.now() < until; );
    };
    const refused = await waitFor(
      async () => {
        standStill(500);
        const answer = await serve.order(productId, 1);
        return answer.status === 503 && answer;
      },
      { what: 'the delay to be noticed' },
    );
    expect(refused.body).toMatchObject(refusal('OVERLOADED'));
    await acceptedAgain(productId);
    const { claimed, orders, holds } = await serve.figures(productId);
    expect([orders, holds]).toEqual([claimed, claimed]);
  });
});
