import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AcceptedOrder, AcceptOutcome, AcceptRow } from '../../../src/core/postgres/accept-orders.js';
import { createAcceptQueue, outcomeForJoined, type Entry } from '../../../src/server/accept/accept-queue.js';

const price = { amountMinor: 100, currency: 'EUR' };
const row = (overrides: Partial<AcceptRow> = {}): AcceptRow => ({
  reservationId: randomUUID(),
  userId: 'ada',
  productId: 'tee',
  quantity: 1,
  unitPrice: price,
  epoch: 1,
  bodyHash: 'one',
  ...overrides,
});
const orderOf = (of: AcceptRow): AcceptedOrder => ({
  ...of,
  orderId: randomUUID(),
  amount: price,
  status: 'PENDING',
  version: 1,
  createdAt: new Date(),
});
const only = (entries: Entry[]): Entry => {
  expect(entries).toHaveLength(1);
  return entries[0] as Entry;
};

describe('the accept queue', () => {
  it('sends a reservation id once, and answers all who asked for it', async () => {
    const queue = createAcceptQueue({ waitMs: 1_000 });
    const first = row();
    const answers = [queue.join(first), queue.join(first), queue.join(first)];
    const entry = only(queue.take(10));
    const late = queue.join(first);
    expect(queue.take(10)).toEqual([]);
    queue.settle(entry, {
      reservationId: first.reservationId,
      kind: 'new',
      order: orderOf(first),
      eventId: '1',
    });
    const kinds = (await Promise.all([...answers, late])).map((outcome) => outcome.kind);
    expect(kinds).toEqual(['new', 'known', 'known', 'known']);
  });

  it('keeps at most the batch size together and the order of arrival, also after a failed batch', async () => {
    const queue = createAcceptQueue({ waitMs: 1_000 });
    const rows = [row(), row(), row()];
    const answers = rows.map((each) => queue.join(each));
    const failed = queue.take(2);
    queue.putBack(failed);
    const all = queue.take(3);
    expect(all.map((entry) => entry.row)).toEqual(rows);
    for (const entry of all) queue.fail(entry, new Error('away'));
    const ended = await Promise.allSettled(answers);
    expect(ended.map((one) => one.status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('refuses who has waited too long, and submits them no more', async () => {
    const queue = createAcceptQueue({ waitMs: 20 });
    const waiting = queue.join(row());
    const inFlight = queue.take(1);
    await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    queue.putBack(inFlight);
    expect(queue.length()).toBe(0);
    expect(queue.oldestWaitMs()).toBe(0);
  });

  it('does not mistake a late answer for that of a newer try of the same id', async () => {
    const queue = createAcceptQueue({ waitMs: 20 });
    const same = row();
    const timedOut = queue.join(same);
    const old = only(queue.take(1));
    await expect(timedOut).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const again = queue.join(same);
    queue.settle(old, { reservationId: same.reservationId, kind: 'again' });
    const fresh = only(queue.take(1));
    queue.settle(fresh, { reservationId: same.reservationId, kind: 'ended' });
    expect((await again).kind).toBe('ended');
  });
});

describe('what an outcome means to another request with the same reservation id', () => {
  const first = row();
  const { reservationId } = first;
  const order = orderOf(first);
  const cases: [AcceptOutcome, sameBody: AcceptOutcome['kind'], otherBody: AcceptOutcome['kind']][] = [
    [{ reservationId, kind: 'new', order, eventId: '1' }, 'known', 'known'],
    [{ reservationId, kind: 'known', order, userId: 'ada', bodyHash: 'one' }, 'known', 'known'],
    [{ reservationId, kind: 'no-units' }, 'no-units', 'ended'],
    [{ reservationId, kind: 'ended' }, 'ended', 'ended'],
    [{ reservationId, kind: 'stale', epoch: 2 }, 'stale', 'again'],
    [{ reservationId, kind: 'again' }, 'again', 'again'],
    [{ reservationId, kind: 'unknown-product' }, 'unknown-product', 'again'],
  ];
  it.each(cases)('%o', (outcome, sameBody, otherBody) => {
    expect(outcomeForJoined(outcome, first, 'one').kind).toBe(sameBody);
    const forOther = outcomeForJoined(outcome, first, 'two');
    expect(forOther.kind).toBe(otherBody);
    if (forOther.kind === 'known') expect(forOther.bodyHash).toBe('one');
  });
});
