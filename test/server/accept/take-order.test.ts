import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { createSilentLog } from '../../../src/core/log.js';
import type { AcceptOutcome, AcceptRow } from '../../../src/core/postgres/accept-orders.js';
import type { Hold } from '../../../src/core/redis/hold.js';
import type { ReserveResult } from '../../../src/core/redis/reserve.js';
import { createTakeOrder } from '../../../src/server/accept/take-order.js';

/** The protocol with stores that answer what a test wants, in an order that real ones only give by chance. */
const reservationId = randomUUID();
const wanted = { reservationId, userId: 'ada', productId: 'tee', quantity: 1, bodyHash: 'b1' };
const hold: Hold = {
  ...wanted,
  unitPrice: { amountMinor: 100, currency: 'EUR' },
  epoch: 1,
  reservedAt: new Date(),
  generation: 0,
};
const order = {
  ...wanted,
  orderId: randomUUID(),
  unitPrice: hold.unitPrice,
  amount: hold.unitPrice,
  status: 'PENDING',
  version: 1,
  createdAt: new Date(),
} as const;

describe('taking an order', () => {
  let reserved: number;
  let submitted: AcceptRow[];
  let released: Hold[];
  let suspected: string[];
  let closed: boolean;
  let exchangedMeanwhile: boolean;
  beforeEach(() => {
    reserved = 0;
    submitted = [];
    released = [];
    suspected = [];
    closed = false;
    exchangedMeanwhile = false;
  });

  /** @param outcomes of the accept batch, in turn; the last one again and again */
  function takeWith(result: ReserveResult, outcomes: (AcceptOutcome | AppError)[]) {
    const takeOrder = createTakeOrder({
      reserve: () => {
        reserved += 1;
        return Promise.resolve(result);
      },
      release: (given) => {
        released.push(given as Hold);
        return Promise.resolve('released');
      },
      batcher: {
        isContended: () => false,
        submit(row) {
          submitted.push(row);
          const outcome = outcomes[Math.min(submitted.length, outcomes.length) - 1];
          return outcome instanceof AppError
            ? Promise.reject(outcome)
            : Promise.resolve(outcome as AcceptOutcome);
        },
      },
      db: { query: () => Promise.resolve({ rows: [], rowCount: 0 }) },
      redisGuard: {
        // Closed from the answer of reserve on, when Redis is exchanged meanwhile.
        isClosed: () => closed || (exchangedMeanwhile && reserved > 0),
        suspect: (productId) => suspected.push(productId),
      },
      explainNotLoaded: () => Promise.resolve(new AppError('PRODUCT_NOT_FOUND', 'x')),
      log: createSilentLog(),
    });
    return takeOrder(wanted);
  }

  it('never submits the order of another body for a hold whose own order has no row yet', async () => {
    const others: Hold = { ...hold, quantity: 5, bodyHash: 'b5' };
    const taken = takeWith({ kind: 'known', hold: others }, [
      { reservationId, kind: 'new', order, eventId: '1' },
    ]);
    await expect(taken).rejects.toMatchObject({ code: 'KEY_REUSED' });
    expect([submitted, released]).toEqual([[], []]);
  });

  it.each<[string, AcceptOutcome | AppError, string]>([
    ['nobody knows whether it was saved', new AppError('UNAVAILABLE', 'no reply'), 'UNAVAILABLE'],
    ['Postgres works under another epoch', { reservationId, kind: 'stale', epoch: 2 }, 'REBUILDING'],
    ['it meets its own row over and over', { reservationId, kind: 'again' }, 'UNAVAILABLE'],
    ['Postgres has no stock row', { reservationId, kind: 'unknown-product' }, 'REBUILDING'],
    ['Postgres cannot take it', { reservationId, kind: 'rejected', reason: 'x' }, 'INTERNAL'],
  ])('keeps the hold when %s', async (_why, outcome, code) => {
    await expect(takeWith({ kind: 'reserved', hold }, [outcome])).rejects.toMatchObject({ code });
    expect(released).toEqual([]);
  });

  it.each<[string, AcceptOutcome, string]>([
    ['it was refused', { reservationId, kind: 'no-units' }, 'SOLD_OUT'],
    ['its id has ended', { reservationId, kind: 'ended' }, 'RESERVATION_ENDED'],
    [
      'its id is the order of another product',
      { reservationId, kind: 'known', userId: 'ada', bodyHash: 'b2', order: { ...order, productId: 'cap' } },
      'KEY_REUSED',
    ],
  ])('gives the hold back once a final row says that %s', async (_why, outcome, code) => {
    await expect(takeWith({ kind: 'reserved', hold }, [outcome])).rejects.toMatchObject({ code });
    expect(released).toEqual([hold]);
  });

  it('leaves a hold alone that may have become that of the earlier order', async () => {
    const other = { ...order, quantity: 2 };
    const outcome: AcceptOutcome = {
      reservationId,
      kind: 'known',
      userId: 'ada',
      bodyHash: 'b2',
      order: other,
    };
    await expect(takeWith({ kind: 'reserved', hold }, [outcome])).rejects.toMatchObject({
      code: 'KEY_REUSED',
    });
    expect(released).toEqual([]);
  });

  it.each(['stale', 'again'] as const)(
    'reserves and submits anew with the same id after "%s"',
    async (kind) => {
      const first = { reservationId, kind, epoch: 2 } as AcceptOutcome;
      const taken = await takeWith({ kind: 'reserved', hold }, [
        first,
        { reservationId, kind: 'new', order, eventId: '1' },
      ]);
      expect(taken).toEqual({ order, repeated: false });
      expect(reserved).toBe(2);
      expect(submitted.map((row) => row.reservationId)).toEqual([reservationId, reservationId]);
    },
  );

  it('has the product looked at when its epoch is refused, and gives up when it stays so', async () => {
    const stale: AcceptOutcome = { reservationId, kind: 'stale', epoch: 2 };
    await expect(takeWith({ kind: 'known', hold }, [stale])).rejects.toMatchObject({ code: 'REBUILDING' });
    expect(new Set(suspected)).toEqual(new Set(['tee']));
    expect(released).toEqual([]);
  });

  it('asks Redis nothing while what it says is not to be trusted', async () => {
    closed = true;
    await expect(takeWith({ kind: 'reserved', hold }, [])).rejects.toMatchObject({ code: 'REBUILDING' });
    expect(reserved).toBe(0);
  });

  it.each<ReserveResult>([{ kind: 'reserved', hold }, { kind: 'sold-out' }])(
    'believes no answer of a Redis that was exchanged meanwhile: $kind',
    async (answer) => {
      exchangedMeanwhile = true;
      await expect(takeWith(answer, [])).rejects.toMatchObject({ code: 'REBUILDING' });
      expect(submitted).toEqual([]);
      expect(released).toEqual([]);
    },
  );

  it('asks Postgres what became of a reservation that is over', async () => {
    await expect(takeWith({ kind: 'ended' }, [])).rejects.toMatchObject({ code: 'RESERVATION_ENDED' });
    expect(submitted).toEqual([]);
  });
});
