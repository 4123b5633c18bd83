import { expect, it } from 'vitest';
import { readTotals } from '../../src/core/redis/read-totals.js';
import { expectConserved } from '../core/postgres/fixture.js';
import { countExpired, openSale } from '../support/falling-due.js';
import { createSpace } from '../support/space.js';

const ROUNDS = 4;
const SECONDS = 10;
const DEADLINES = 5_000;

it('5,000 deadlines within ten seconds of an open sale: nothing is lost, and what it costs the sale is printed', async () => {
  const space = await createSpace('falling-due');
  const sale = await openSale(space);
  const ratios: number[] = [];
  // Warm-up: plans, connections, the first batches.
  await sale.sellFor(2_000, []);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const expiring = await sale.waiting(DEADLINES);
    // In turns, and each first as often as the other: what else the machine does, and tables that grow, meet both.
    const first = round % 2 === 0 ? expiring : [];
    const counts = [
      await sale.sellFor(SECONDS * 1_000, first),
      await sale.sellFor(SECONDS * 1_000, first.length > 0 ? [] : expiring),
    ];
    const [alone = 0, beside = 0] = first.length > 0 ? counts.toReversed() : counts;
    ratios.push(beside / alone);
    const perSecond = (count: number) => Math.round(count / SECONDS);
    process.stdout.write(
      `round ${round}: ${perSecond(alone)} accepts/s alone, ${perSecond(beside)} beside ${DEADLINES} deadlines, ` +
        `ratio ${(beside / alone).toFixed(2)}\n`,
    );
    expect(await countExpired(space.pool)).toEqual({ expired: round * DEADLINES, done: round * DEADLINES });
    await expectConserved(space.pool, [sale.productId]);
  }
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ROUNDS);
  process.stdout.write(`mean ratio ${mean.toFixed(2)} (wanted: at least 0.50)\n`);
  expect((await readTotals(space.redis, space.prefix, sale.productId)).available).toBeGreaterThan(0);
  await sale.close();
  await space.close();
});
