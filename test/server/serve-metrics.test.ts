import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActiveProducts } from '../../src/server/active-products.js';
import { createSpace } from '../support/space.js';
import { startServe, type ServeSpace } from './serve-space.js';

describe('/metrics of serve', () => {
  let serve: ServeSpace;
  beforeAll(async () => {
    serve = await startServe(await createSpace('metrics'));
  });
  afterAll(() => serve.close());

  /** @returns the value of the line with this name and these labels, in any order */
  async function valueOf(name: string, labels: Readonly<Record<string, string>> = {}) {
    const text = await (await fetch(`${serve.admin}/metrics`)).text();
    const wanted = Object.entries({ role: 'serve', ...labels }).map(
      ([label, value]) => `${label}="${value}"`,
    );
    const line = text
      .split('\n')
      .filter((each) => each.startsWith(`${name}{`) || each.startsWith(`${name} `))
      .find((each) => wanted.every((label) => each.includes(label)));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  }

  it('counts answers by result and by class, and shows where the units of what is sold are', async () => {
    const productId = await serve.product(3);
    await serve.product(7, 'never-asked-for');
    expect((await serve.order(productId, 2, { key: 'a' })).status).toBe(202);
    expect((await serve.order(productId, 2, { key: 'a' })).status).toBe(202);
    expect((await serve.order(productId, 2)).status).toBe(409);
    expect((await serve.order('nobody-sells-this', 1)).status).toBe(404);
    expect((await serve.order(productId, 0)).status).toBe(400);
    expect((await serve.order(productId, 1, { token: null })).status).toBe(401);
    for (const [result, count] of [
      ['accepted', 1],
      ['repeated', 1],
      ['SOLD_OUT', 1],
      ['PRODUCT_NOT_FOUND', 1],
      ['INPUT_INVALID', 1],
      ['UNAUTHENTICATED', 1],
    ] as const) {
      expect([result, await valueOf('ordersctl_reservations_total', { result })]).toEqual([result, count]);
    }
    const route = { method: 'POST', route: '/orders' };
    const answered = 'ordersctl_http_request_duration_seconds_count';
    expect(await valueOf(answered, { ...route, status_class: '2xx' })).toBe(2);
    expect(await valueOf(answered, { ...route, status_class: '4xx' })).toBe(4);
    const units = (product: string, state: string) => valueOf('ordersctl_stock_units', { product, state });
    expect(await units(productId, 'available')).toBe(1);
    expect(await units(productId, 'held')).toBe(2);
    expect(await units(productId, 'sold')).toBe(0);
    expect(await units('never-asked-for', 'available')).toBeUndefined();
    expect(await valueOf('ordersctl_accept_batch_rows_count')).toBeGreaterThan(0);
    for (const gauge of [
      'accept_in_flight',
      'accept_queue_length',
      'outbox_oldest_age_seconds',
      'sse_streams',
    ]) {
      expect([gauge, await valueOf(`ordersctl_${gauge}`)]).toEqual([gauge, expect.any(Number)]);
    }
    expect(await valueOf('ordersctl_outbox_depth')).toBeGreaterThanOrEqual(0);
    expect(await valueOf('ordersctl_build_info')).toBe(1);
  });

  it('has as many lines after a crowd of invented addresses, methods and products as before', async () => {
    const lines = async () => (await (await fetch(`${serve.admin}/metrics`)).text()).split('\n').length;
    const invent = async (round: number) => {
      for (let n = 0; n < 20; n += 1) {
        await fetch(`${serve.api}/${round}-${n}`);
        await fetch(`${serve.api}/orders`, { method: round === 1 ? 'PROPFIND' : 'MKCOL' });
        await fetch(`${serve.api}/orders/${round}-${n}`);
        await serve.order(`invented-${round}-${n}`, 1);
      }
    };
    await invent(1);
    const before = await lines();
    await invent(2);
    expect(await lines()).toBe(before);
  });
});

describe('products that count as active', () => {
  it('are those asked for lately, and never more than a hundred', () => {
    let now = 0;
    const active = createActiveProducts(() => now);
    active.saw('old');
    now = 600_000;
    active.saw('young');
    expect(active.list()).toEqual(['old', 'young']);
    now = 900_000;
    expect(active.list()).toEqual(['young']);
    for (let n = 0; n < 1_000; n += 1) active.saw(`p${n}`);
    expect(active.list()).toHaveLength(100);
    expect(active.list().at(-1)).toBe('p999');
  });
});
