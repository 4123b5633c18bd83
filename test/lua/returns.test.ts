/** Every return that a script's header documents is reached here, on a real Redis. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { productKeys, rateKeys, type ProductKeys } from '../../src/core/redis/keys.js';
import { readScript, runScript, SCRIPT_FILES, type ScriptName } from '../../src/core/redis/scripts.js';
import { createRedisSpace, OPEN_SALE, type RedisSpace } from '../core/redis/redis-space.js';
import { readHeader } from './script-header.js';

let space: RedisSpace;
beforeAll(() => {
  space = createRedisSpace();
});
afterAll(() => space.close());

const HOUR = 3_600_000;
const RESERVATION = '018f0000-0000-7000-8000-000000000001';
/** The code that a script answered. */
type Scenario = () => Promise<unknown>;

function slots(productId: string, reservationId = RESERVATION): ProductKeys & { done1: string } {
  const keys = productKeys(space.prefix, productId);
  return { ...keys, done1: keys.done(reservationId) };
}

const run = (name: ScriptName, keys: string[], args: (string | number)[]) =>
  runScript(space.redis, name, keys, args);

function reserve(productId: string, quantity: string | number = 1, userId = 'ada'): Promise<unknown> {
  const k = slots(productId);
  const keys = [k.stock, k.price, k.sale, k.holds, k.limits, k.totals, k.done1];
  return run('reserve', keys, [RESERVATION, userId, quantity, 'b0d1']);
}
function release(productId: string, generation = 0): Promise<unknown> {
  const k = slots(productId);
  return run('release', [k.stock, k.holds, k.limits, k.totals, k.done1], [RESERVATION, generation, 60]);
}
function settle(productId: string, generation = 0): Promise<unknown> {
  const k = slots(productId);
  return run('settle', [k.stock, k.holds, k.totals, k.done1], [RESERVATION, generation, 60]);
}
function take(productId: string, generation = 1): Promise<unknown> {
  const k = slots(productId);
  const keys = [k.stock, k.sale, k.holds, k.limits, k.totals, k.done1];
  return run('take', keys, [RESERVATION, generation, 'ada', 1, 4990, 'EUR', 'b0d1']);
}
function putBack(productId: string, epoch = 1): Promise<unknown> {
  const k = slots(productId);
  const hold = `1|4990|EUR|${epoch}|b0d1|1700000000000|0|ada`;
  return run('putBack', [k.stock, k.sale, k.holds, k.done1], [RESERVATION, 0, epoch, hold]);
}
function setCustomerCount(productId: string, was: number, wanted: number, epoch = 1): Promise<unknown> {
  const k = slots(productId);
  return run('setCustomerCount', [k.stock, k.sale, k.limits], ['ada', epoch, was, wanted]);
}
function restock(productId: string, generation = 1): Promise<unknown> {
  const k = slots(productId);
  return run('restock', [k.stock, k.limits, k.done1], [generation, 'ada', 1, 60]);
}
function adjust(productId: string, epoch: number, seeded: number, movements: number): Promise<unknown> {
  const k = slots(productId);
  return run('adjust', [k.stock, k.sale, k.totals], [epoch, seeded, movements]);
}
function unload(productId: string, epoch: number): Promise<unknown> {
  const k = slots(productId);
  return run('unload', [k.stock, k.price, k.sale, k.holds, k.limits, k.totals], [epoch]);
}
function load(productId: string, epoch: number, stagedHolds = 0): Promise<unknown> {
  const k = slots(productId);
  const staged = [k.stagedHolds(epoch), k.stagedLimits(epoch)];
  const keys = [k.stock, k.price, k.sale, k.holds, k.limits, k.totals, ...staged];
  return run('load', keys, [epoch, 5, 5, 1, 0, stagedHolds, 0, '', 0, '', '', '', '', '']);
}
const setPrice = (productId: string, revision: number) =>
  run('setPrice', [slots(productId).price], [revision, `${revision}|1|4990|EUR`]);
const setSale = (productId: string, revision: number) =>
  run('setSale', [slots(productId).sale], [revision, 'OPEN', '', '', '', '']);
function rateLimit(caller: string, quota = 1): Promise<unknown> {
  const keys = rateKeys(space.prefix, { userId: caller, address: caller });
  return run('rateLimit', [keys.customer, keys.address], [quota, 60, 0, 0]);
}

/** A reservation on a product whose sale rules are these. */
const under =
  (sale: Partial<typeof OPEN_SALE>, quantity = 1): Scenario =>
  async () =>
    reserve(await space.product({ sale: { ...OPEN_SALE, ...sale } }), quantity);
const twice =
  (act: (productId: string) => Promise<unknown>): Scenario =>
  async () => {
    const productId = await space.product();
    await reserve(productId);
    await act(productId);
    return act(productId);
  };
const unloaded =
  (act: (productId: string) => Promise<unknown>): Scenario =>
  () =>
    act(`p-${randomUUID()}`);
const held =
  (act: (productId: string) => Promise<unknown>): Scenario =>
  async () => {
    const productId = await space.product();
    await reserve(productId);
    return act(productId);
  };

const SCENARIOS: Readonly<Record<Exclude<ScriptName, 'readTotals'>, Readonly<Record<number, Scenario>>>> = {
  reserve: {
    1: async () => reserve(await space.product()),
    2: twice(reserve),
    3: async () => {
      const productId = await space.product();
      await release(productId);
      return reserve(productId);
    },
    [-1]: unloaded(reserve),
    [-2]: async () => reserve(await space.product({ price: null })),
    [-3]: under({ opensAt: new Date(Date.now() + HOUR) }),
    [-4]: under({ state: 'PAUSED' }),
    [-5]: under({ state: 'CLOSED' }),
    [-6]: under({ maxPerOrder: 2 }, 3),
    [-7]: under({ maxPerCustomer: 2 }, 3),
    [-8]: async () => reserve(await space.product({ available: 0 })),
    [-9]: async () => reserve(await space.product(), '1.5'),
  },
  release: { 1: held(release), 0: twice(release), [-1]: unloaded(release) },
  settle: { 1: held(settle), 0: twice(settle), [-1]: unloaded(settle) },
  take: {
    1: async () => take(await space.product()),
    0: twice(take),
    3: async () => {
      const productId = await space.product();
      await release(productId, 1);
      return take(productId);
    },
    [-1]: unloaded(take),
  },
  putBack: {
    1: async () => putBack(await space.product()),
    0: held(putBack),
    3: async () => {
      const productId = await space.product();
      await release(productId);
      return putBack(productId);
    },
    [-1]: unloaded(putBack),
    [-10]: async () => putBack(await space.product(), 2),
  },
  setCustomerCount: {
    1: async () => setCustomerCount(await space.product(), 0, 3),
    0: held((productId) => setCustomerCount(productId, 5, 1)),
    [-1]: unloaded((productId) => setCustomerCount(productId, 0, 3)),
    [-10]: async () => setCustomerCount(await space.product(), 0, 3, 2),
    [-13]: held((productId) => setCustomerCount(productId, 0, 3)),
  },
  restock: {
    1: async () => restock(await space.product()),
    0: twice(restock),
    [-1]: unloaded(restock),
  },
  adjust: {
    1: async () => adjust(await space.product(), 1, 20, 2),
    0: async () => adjust(await space.product(), 1, 20, 1),
    [-1]: unloaded((productId) => adjust(productId, 1, 20, 2)),
    [-10]: async () => adjust(await space.product(), 2, 20, 2),
  },
  unload: {
    1: async () => unload(await space.product(), 2),
    [-10]: async () => unload(await space.product({ epoch: 3 }), 2),
  },
  load: {
    1: unloaded((productId) => load(productId, 1)),
    0: async () => load(await space.product(), 1),
    [-10]: async () => load(await space.product({ epoch: 3 }), 2),
    [-11]: unloaded((productId) => load(productId, 1, 7)),
  },
  setPrice: {
    1: unloaded((productId) => setPrice(productId, 1)),
    0: async () => setPrice(await space.product(), 1),
  },
  setSale: {
    1: unloaded((productId) => setSale(productId, 1)),
    0: async () => setSale(await space.product({ sale: OPEN_SALE }), 1),
  },
  rateLimit: {
    1: () => rateLimit(randomUUID()),
    [-12]: async () => {
      const caller = randomUUID();
      await rateLimit(caller);
      return rateLimit(caller);
    },
  },
};

const names = Object.keys(SCENARIOS) as (keyof typeof SCENARIOS)[];

describe.each(names)('%s', (name) => {
  const scenarios = SCENARIOS[name];

  it('documents exactly the codes that are reached here', () => {
    const documented = [...readHeader(readScript(name)).codes].sort((a, b) => a - b);
    expect(documented).toEqual(
      Object.keys(scenarios)
        .map(Number)
        .sort((a, b) => a - b),
    );
  });

  it.each(Object.keys(scenarios).map(Number))('answers %i', async (code) => {
    const reply = await scenarios[code]?.();
    expect(Array.isArray(reply) ? reply[0] : reply).toBe(code);
  });
});

it('covers every script but the one that returns figures', () => {
  expect([...names, 'readTotals'].sort()).toEqual(Object.keys(SCRIPT_FILES).sort());
});
