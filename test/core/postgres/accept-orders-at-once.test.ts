import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSilentLog } from '../../../src/core/log.js';
import { acceptOrders, type AcceptRow } from '../../../src/core/postgres/accept-orders.js';
import { createPool } from '../../../src/core/postgres/create-pool.js';
import type { Db } from '../../../src/core/postgres/db.js';
import { createSpace, type Space } from '../../support/space.js';
import { waitFor } from '../../support/wait-for.js';
import { claimedOf, expectConserved, makeProduct, makeRow } from './fixture.js';

let space: Space;
beforeAll(async () => {
  space = await createSpace('accept-at-once');
});
afterAll(async () => {
  await space.close();
});

/** Pools of their own, as replicas have. */
async function withPools<T>(count: number, work: (pools: Db[]) => Promise<T>): Promise<T> {
  const pools = Array.from({ length: count }, (_, index) =>
    createPool({ url: space.databaseUrl, applicationName: `replica-${index}`, max: 2 }, createSilentLog()),
  );
  try {
    return await work(pools);
  } finally {
    await Promise.all(pools.map((pool) => pool.end()));
  }
}

const batches = (rows: readonly AcceptRow[], size: number) =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
    rows.slice(index * size, (index + 1) * size),
  );

/**
 * Until one statement in this database waits for a lock.
 * @param what completes the sentence "timed out waiting for …"
 */
async function untilOneWaits(what: string): Promise<void> {
  await waitFor(
    async () =>
      (
        await space.pool.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
      ).rowCount === 1,
    { what },
  );
}

describe('many writers at once', () => {
  it('accept exactly the units there are: 100 of 2,000', async () => {
    const productId = await makeProduct(space.pool, 100);
    const rows = Array.from({ length: 2_000 }, () => makeRow(productId));
    const outcomes = await withPools(4, (pools) =>
      Promise.all(
        batches(rows, 25).map((batch, index) => acceptOrders(pools[index % 4] ?? space.pool, batch)),
      ),
    );
    const kinds = outcomes.flatMap((answer) => [...answer.values()].map((outcome) => outcome.kind));
    expect(kinds.filter((kind) => kind === 'new')).toHaveLength(100);
    expect(kinds.filter((kind) => kind === 'no-units')).toHaveLength(1_900);
    expect(await claimedOf(space.pool, productId)).toBe(100);
    await expectConserved(space.pool, [productId]);
  });

  it('with the same ids make one order each, whoever wins', async () => {
    const productId = await makeProduct(space.pool, 1_000);
    const rows = Array.from({ length: 100 }, () => makeRow(productId));
    const answers = await withPools(4, (pools) =>
      Promise.all(
        pools.flatMap((pool) => [acceptOrders(pool, rows), acceptOrders(pool, [...rows].reverse())]),
      ),
    );
    const idsOf = (reservationId: string) =>
      answers.map((answer) => {
        const outcome = answer.get(reservationId);
        return outcome?.kind === 'new' || outcome?.kind === 'known' ? outcome.order.orderId : undefined;
      });
    for (const row of rows) expect(new Set(idsOf(row.reservationId)).size).toBe(1);
    expect(await claimedOf(space.pool, productId)).toBe(100);
  });

  it('with the same id for two products make one order; the other is to submit again and then finds it', async () => {
    const [first, second] = [await makeProduct(space.pool, 10), await makeProduct(space.pool, 10)];
    const row = makeRow(first);
    const other = { ...row, productId: second, bodyHash: 'other' };
    // The first insert stays uncommitted until the second statement waits for it on the unique index.
    const client = await space.pool.connect();
    try {
      await client.query('begin');
      expect((await acceptOrders(client, [row])).get(row.reservationId)?.kind).toBe('new');
      const waiting = acceptOrders(space.pool, [other]);
      await untilOneWaits('the second accept to wait');
      await client.query('commit');
      expect((await waiting).get(row.reservationId)?.kind).toBe('again');
    } finally {
      client.release();
    }
    expect((await acceptOrders(space.pool, [other])).get(row.reservationId)).toMatchObject({
      kind: 'known',
      bodyHash: row.bodyHash,
    });
    await expectConserved(space.pool, [first, second]);
  });

  it('sees what was given back while it waited for the lock', async () => {
    const productId = await makeProduct(space.pool, 1);
    const client = await space.pool.connect();
    const row = makeRow(productId);
    try {
      await space.pool.query('update stock set claimed = 1 where product_id = $1', [productId]);
      await client.query('begin');
      await client.query('update stock set claimed = 0 where product_id = $1', [productId]);
      const waiting = acceptOrders(space.pool, [row]);
      await untilOneWaits('the accept to wait for the stock row');
      await client.query('commit');
      expect((await waiting).get(row.reservationId)?.kind).toBe('new');
    } finally {
      client.release();
    }
  });
});
