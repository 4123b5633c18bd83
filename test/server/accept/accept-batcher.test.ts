import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AcceptRow } from '../../../src/core/postgres/accept-orders.js';
import { createPool, type Pool } from '../../../src/core/postgres/create-pool.js';
import { createAcceptBatcher, type AcceptBatcher } from '../../../src/server/accept/accept-batcher.js';
import { expectConserved, makeProduct, makeRow } from '../../core/postgres/fixture.js';
import { waitFor } from '../../support/wait-for.js';
import { createSpace, type Space } from '../../support/space.js';

describe('an accept batch', () => {
  let space: Space;
  let pool: Pool;
  let batcher: AcceptBatcher;
  let batches: number[];
  let faults: unknown[];
  beforeAll(async () => {
    space = await createSpace('accept-batch');
    // What Postgres does not take, and what takes it too long, without anything that could be seen beforehand.
    await space.pool.query(`alter table orders add constraint not_poisoned check (user_id <> 'poison')`);
    await space.pool.query(
      `create function linger() returns trigger language plpgsql as $$
       begin
         if new.user_id = 'slow' then perform pg_sleep(2); end if;
         return new;
       end $$`,
    );
    await space.pool.query(
      'create trigger linger before insert on orders for each row execute function linger()',
    );
  });
  afterAll(() => space.close());
  beforeEach(() => open({ statementTimeoutMs: 400, lockTimeoutMs: 200 }));

  /** Limits mostly far below those of serve, so that a test need not wait as long as a buyer. */
  function open(limits: { statementTimeoutMs: number; lockTimeoutMs: number }): void {
    pool = createPool({ url: space.databaseUrl, applicationName: 'batcher', max: 2, ...limits }, space.log);
    batches = [];
    faults = [];
    batcher = createAcceptBatcher({
      db: pool,
      postgres: { fail: (error) => void faults.push(error), whenUp: () => Promise.resolve() },
      batchMax: 500,
      offer: () => undefined,
      onBatch: (rows) => void batches.push(rows),
      log: space.log,
    });
  }
  afterEach(async () => {
    expect(batcher.length()).toBe(0);
    await pool.end();
    await expectConserved(space.pool);
  });

  /** Submitted in one moment, so in one batch. */
  async function outcomesOf(rows: readonly AcceptRow[]): Promise<string[]> {
    const results = await Promise.allSettled(rows.map((row) => batcher.submit(row)));
    return results.map((result) =>
      result.status === 'fulfilled' ? result.value.kind : (result.reason as { code: string }).code,
    );
  }

  it('takes every row but the one that Postgres cannot take, wherever that one stands', async () => {
    const productId = await makeProduct(space.pool, 1_000);
    for (const at of [0, 31, 63]) {
      const rows = Array.from({ length: 64 }, (_, n) =>
        makeRow(productId, n === at ? { userId: 'poison' } : {}),
      );
      const outcomes = await outcomesOf(rows);
      expect(outcomes.splice(at, 1)).toEqual(['rejected']);
      expect(new Set(outcomes)).toEqual(new Set(['new']));
    }
    expect(batches).toEqual([64, 64, 64]);
    expect(faults).toEqual([]);
  });

  it('fails for the product whose order takes too long, and for no other', async () => {
    const [slow, other] = [await makeProduct(space.pool, 10), await makeProduct(space.pool, 10)];
    const outcomes = await outcomesOf([
      makeRow(other),
      makeRow(slow, { userId: 'slow' }),
      makeRow(slow),
      makeRow(other),
    ]);
    expect(outcomes).toEqual(['new', 'UNAVAILABLE', 'UNAVAILABLE', 'new']);
    expect([batcher.isContended(slow), batcher.isContended(other)]).toEqual([true, false]);
    expect(faults).toEqual([]);
  });

  it('fails for the products whose stock rows are locked, for no other, and takes the same ids afterwards', async () => {
    const [free, ...locked] = await Promise.all(Array.from({ length: 3 }, () => makeProduct(space.pool, 10)));
    const holder = await space.pool.connect();
    await holder.query('begin');
    await holder.query('select 1 from stock where product_id = any($1::text[]) for update', [locked]);
    const rows = [
      makeRow(locked[0] ?? ''),
      makeRow(free ?? ''),
      makeRow(locked[1] ?? ''),
      makeRow(free ?? ''),
    ];
    expect(await outcomesOf(rows)).toEqual(['UNAVAILABLE', 'new', 'UNAVAILABLE', 'new']);
    expect(locked.map((productId) => batcher.isContended(productId))).toEqual([true, true]);
    await holder.query('rollback');
    holder.release();
    expect(await outcomesOf(rows)).toEqual(['new', 'known', 'new', 'known']);
  });

  it('is saved once when its backend is ended in the middle, by submitting the same ids again', async () => {
    await pool.end();
    open({ statementTimeoutMs: 10_000, lockTimeoutMs: 10_000 });
    const productId = await makeProduct(space.pool, 100);
    const holder = await space.pool.connect();
    await holder.query('begin');
    await holder.query('select 1 from stock where product_id = $1 for update', [productId]);
    const rows = Array.from({ length: 20 }, () => makeRow(productId));
    const outcomes = outcomesOf(rows);
    const ended = await waitFor(
      async () => {
        const { rows: found } = await space.pool.query<{ n: number }>(
          `select count(pg_terminate_backend(pid))::integer as n from pg_stat_activity
           where datname = current_database() and application_name = 'batcher' and wait_event_type = 'Lock'`,
        );
        return found[0]?.n || undefined;
      },
      { what: 'the batch to wait for the lock', intervalMs: 1 },
    );
    await holder.query('rollback');
    holder.release();
    expect(new Set(await outcomes)).toEqual(new Set(['new']));
    expect([ended, faults.length]).toEqual([1, 1]);
  });

  it('answers everybody who waits for the same id, of which one batch takes one row', async () => {
    const row = { ...makeRow(await makeProduct(space.pool, 5)), reservationId: randomUUID() };
    const outcomes = await outcomesOf(Array.from({ length: 30 }, () => row));
    expect(outcomes).toEqual(['new', ...Array.from({ length: 29 }, () => 'known')]);
    expect(batches).toEqual([1]);
  });
});
