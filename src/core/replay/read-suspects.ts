/** Reads the orders that may be stuck, those first that may have been so for longest, a page at a time. */
import type { Db } from '../postgres/db.js';
import { findStuckOrders } from '../postgres/find-stuck-orders.js';
import { findUnmovedOrders } from '../postgres/find-unmoved-orders.js';
import type { SuspectCursor, SuspectOrder } from '../postgres/suspect-row.js';

export interface SuspectFilter {
  /** How long nothing has happened to them. */
  readonly olderThanMs: number;
  /** Only these; all when undefined. */
  readonly productIds?: readonly string[] | undefined;
}

type ReadPage = (after: SuspectCursor | null, limit: number) => Promise<SuspectOrder[]>;

/** A page costs one short statement and a little memory, however many orders there are. */
const PAGE = 1_000;

/**
 * Stop by leaving the loop: no further page is read. An order that moves on meanwhile may come twice, which is harmless:
 * what is done with it looks at its row again.
 */
export function readSuspects(db: Db, filter: SuspectFilter): AsyncGenerator<SuspectOrder> {
  const sources: ReadPage[] = [
    (after, limit) => findStuckOrders(db, { ...filter, after, limit }),
    (after, limit) => findUnmovedOrders(db, { ...filter, kind: 'halted', after, limit }),
    (after, limit) => findUnmovedOrders(db, { ...filter, kind: 'waiting', after, limit }),
  ];
  return earliestFirst(sources.map((readPage) => pageByPage(readPage)));
}

async function* pageByPage(readPage: ReadPage): AsyncGenerator<SuspectOrder> {
  let after: SuspectCursor | null = null;
  do {
    const page: SuspectOrder[] = await readPage(after, PAGE);
    yield* page;
    after = page.length < PAGE ? null : (page.at(-1) ?? null);
  } while (after);
}

async function* earliestFirst(
  sources: readonly AsyncGenerator<SuspectOrder>[],
): AsyncGenerator<SuspectOrder> {
  const heads = await Promise.all(
    sources.map(async (source) => ({
      source,
      head: (await source.next()).value as SuspectOrder | undefined,
    })),
  );
  for (;;) {
    let earliest: (typeof heads)[number] | undefined;
    for (const one of heads) {
      if (one.head && (!earliest?.head || one.head.since < earliest.head.since)) earliest = one;
    }
    if (!earliest?.head) return;
    yield earliest.head;
    earliest.head = (await earliest.source.next()).value as SuspectOrder | undefined;
  }
}
