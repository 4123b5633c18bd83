import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiClient } from '../../src/bench/load/http-client.js';
import { expectWatchedSale } from '../support/expect-watched-sale.js';
import { holdWatchedSale, openWatchedShop, type WatchedShop } from '../support/watched-sale.js';
import { waitFor } from '../support/wait-for.js';

describe('top beside a sale over two replicas', { timeout: 120_000 }, () => {
  let shop: WatchedShop;
  beforeAll(async () => {
    shop = await openWatchedShop('top-truth');
  }, 90_000);
  afterAll(() => shop.close(), 60_000);

  it('shows what PostgreSQL and Kafka have, within one interval, and ends with 130', async () => {
    const sale = await holdWatchedSale(shop, { seconds: 6, buyers: 90 });
    expect(sale.exitCode).toBe(130);
    await expectWatchedSale(shop, sale);
  });

  it('counts all that a replica did before the second in which it was killed', async () => {
    const client = createApiClient(shop.second.api);
    const answered: number[] = [];
    const caller = { authorization: `Bearer ${await shop.pipeline.token('the-last')}` };
    let open = true;
    const asking = (async () => {
      while (open) {
        const body = { productId: 'tee', quantity: 1 };
        const answer = await client.send({ method: 'POST', path: '/orders', caller, body });
        if (answer.kind === 'answered' && answer.status === 202) answered.push(Date.now());
      }
    })();
    const counted = async (before: number): Promise<number> => {
      const { rows } = await shop.space.pool.query<{ orders: number }>(
        `select coalesce(sum((counts ->> 'accepted')::int), 0)::int as orders from role_stats
         where replica = $1 and second < to_timestamp($2::float8)`,
        [`${hostname()}:${shop.second.pid}`, before / 1_000],
      );
      return rows[0]?.orders ?? 0;
    };
    const lastWritten = async (): Promise<number> => {
      const { rows } = await shop.space.pool.query<{ second: number | null }>(
        `select extract(epoch from max(second))::float8 * 1000 as second from role_stats where replica = $1`,
        [`${hostname()}:${shop.second.pid}`],
      );
      return rows[0]?.second ?? 0;
    };
    const earlier = await counted(Date.now());
    // Not before the last whole second, which has orders, was written: a busy machine takes its time.
    const thisSecond = () => Math.floor(Date.now() / 1_000) * 1_000;
    const due = (until: number) => answered.filter((time) => time < until).length;
    const isWritten = async () =>
      due(thisSecond()) > 20 && (await lastWritten()) >= thisSecond() - 1_000 && Date.now() % 1_000 < 800;
    await waitFor(isWritten, { what: 'orders, and their second to be written' });
    const { signal } = await shop.second.stop('SIGKILL');
    const killedAt = Date.now();
    open = false;
    await asking;
    client.close();
    expect(signal).toBe('SIGKILL');
    const unfinished = Math.floor(killedAt / 1_000) * 1_000;
    expect(due(unfinished)).toBeGreaterThan(20);
    expect((await counted(unfinished)) - earlier).toBeGreaterThanOrEqual(due(unfinished));
  });
});
