import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectWatchedSale } from '../support/expect-watched-sale.js';
import { findDeviations, readSaleTruth, shownTotals, trueTotals } from '../support/sale-truth.js';
import { holdWatchedSale, openWatchedShop, type WatchedShop } from '../support/watched-sale.js';
import { waitFor } from '../support/wait-for.js';

const SECONDS = 60;
const BUYERS_PER_SECOND = 20;

/** A sale of a minute; the short one, and a replica that is killed, are in `test/flows`. */
describe('top beside a sale of a minute over two replicas', { timeout: 10 * 60_000 }, () => {
  let shop: WatchedShop;
  beforeAll(async () => {
    shop = await openWatchedShop('top-truth-long');
  }, 120_000);
  afterAll(() => shop.close(), 60_000);

  it('shows the truth within one interval, also when a replica restarts in the middle', async () => {
    const sale = await holdWatchedSale(shop, {
      seconds: SECONDS,
      buyers: SECONDS * BUYERS_PER_SECOND,
      async meanwhile() {
        const enough = Date.now() + (SECONDS / 3) * 1_000;
        await waitFor(() => Date.now() > enough, { timeoutMs: 60_000, what: 'the middle of the sale' });
        await shop.pipeline.stop('serve');
        await shop.pipeline.start('serve');
      },
    });
    await expectWatchedSale(shop, sale);
  });

  it('does not, and this test notices it, when the figures of one replica are lost', async () => {
    const { space, second } = shop;
    await space.pool.query(
      `create function lose_figures() returns trigger language plpgsql as
       $$ begin if new.replica = '${hostname()}:${second.pid}' then return null; end if; return new; end $$`,
    );
    await space.pool.query(
      'create trigger lose_figures before insert on role_stats for each row execute function lose_figures()',
    );
    const before = trueTotals(await readSaleTruth(space.pool));
    const sale = await holdWatchedSale(shop, { seconds: 10, buyers: 10 * BUYERS_PER_SECOND });
    const truth = await readSaleTruth(space.pool);
    const accepted = trueTotals(truth).accepted - before.accepted;
    expect(shownTotals(sale.lines).accepted).toBeLessThan(accepted * 0.8);
    const { deviations } = findDeviations(sale.lines, truth, sale.lag, 1_000);
    expect(deviations.filter(({ what }) => what.startsWith('accepted')).length).toBeGreaterThan(3);
  });
});
