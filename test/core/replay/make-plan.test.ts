import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePlan, type ReplaySearch } from '../../../src/core/replay/make-plan.js';
import type { OrderLook } from '../../../src/core/replay/look-at-orders.js';
import type { SagaStatus } from '../../../src/core/temporal/describe-saga.js';
import { acceptSome } from '../../support/accepted-orders.js';
import { createSpace, type Space } from '../../support/space.js';

/** More than two pages of candidates. */
const ORDERS = 2_300;

let space: Space;
let orderIds: string[];
beforeAll(async () => {
  space = await createSpace('make-plan');
  orderIds = [];
  for (let at = 0; at < ORDERS; at += 460) {
    orderIds.push(...(await acceptSome(space.pool, 460)).map(({ orderId }) => orderId));
  }
  await space.pool.query('update order_events set published_at = now_ms()');
});
afterAll(() => space.close());

/** Says of all published orders that consume has passed them and their workflow is `saga`. */
function createLook(saga: SagaStatus): OrderLook {
  let asked = 0;
  return {
    get asked() {
      return asked;
    },
    at(suspects) {
      asked += suspects.length;
      return Promise.resolve(
        suspects.map((order) => ({
          ...order,
          published: true,
          queue: 'passed' as const,
          saga,
          hold: 'unknown' as const,
        })),
      );
    },
    close: () => Promise.resolve(),
  };
}
const search = (more: Partial<ReplaySearch> = {}): ReplaySearch => ({
  olderThanMs: 0,
  limit: 1_000_000,
  ...more,
});

describe('makePlan', () => {
  it('reads page after page, each order once, the oldest first', async () => {
    const { planned, hops, complete } = await makePlan(space.pool, createLook('missing'), search());
    expect(planned.map(({ orderId }) => orderId).sort()).toEqual([...orderIds].sort());
    expect(hops).toMatchObject([{ hop: 'not-started', action: 'requeue', count: ORDERS }]);
    expect(complete).toBe(true);
  });

  it('asks about no more orders than its limit needs', async () => {
    const look = createLook('missing');
    const { planned, complete } = await makePlan(space.pool, look, search({ limit: 25 }));
    expect(planned).toHaveLength(25);
    expect(look.asked).toBeLessThanOrEqual(45);
    expect(complete).toBe(false);
  });

  it('stops asking when what it looks at is at work, and says that there may be more', async () => {
    const look = createLook('running');
    const { planned, complete } = await makePlan(space.pool, look, search({ limit: 25 }));
    expect(planned.every(({ action }) => action === 'wait')).toBe(true);
    expect(look.asked).toBeLessThan(ORDERS / 2);
    expect(complete).toBe(false);
  });

  it('counts all that is left alone and keeps a few of them', async () => {
    const { planned, hops } = await makePlan(space.pool, createLook('running'), search());
    expect(planned).toHaveLength(1_000);
    expect(hops).toMatchObject([{ hop: 'in-progress', count: ORDERS }]);
  });

  it('takes named orders as they are named, once each, and tells which there are not', async () => {
    const [first = '', second = ''] = orderIds;
    const named = [second.toUpperCase(), 'nope', first, second];
    const { planned, unknown } = await makePlan(
      space.pool,
      createLook('missing'),
      search({ orderIds: named, olderThanMs: 3_600_000 }),
    );
    expect(planned.map(({ orderId }) => orderId).sort()).toEqual([first, second].sort());
    expect(unknown).toEqual(['nope']);
    expect((await makePlan(space.pool, createLook('missing'), search({ orderIds: [] }))).planned).toEqual([]);
  });
});
