/** What a sale was at any moment of it, by the times in PostgreSQL, and how far the dashboard's lines are from that. */
import type { TopSnapshot } from '../../src/cli/top/state/snapshot.js';
import type { Pool } from '../../src/core/postgres/create-pool.js';

/** Lag of `consume`, read between two moments (ms since 1970). */
export interface LagSample {
  readonly from: number;
  readonly until: number;
  readonly lag: number;
}

interface TrueOrder {
  readonly productId: string;
  readonly quantity: number;
  readonly status: string;
  /** All in ms since 1970. */
  readonly created: number;
  readonly published: number;
  readonly tracked: number;
  readonly ended: number;
}

interface TrueEvent {
  readonly occurred: number;
  readonly published: number;
}

export interface SaleTruth {
  readonly orders: readonly TrueOrder[];
  /** Events that had to reach Kafka. */
  readonly events: readonly TrueEvent[];
}

/** To be read when every order has ended. */
export async function readSaleTruth(pool: Pool): Promise<SaleTruth> {
  const ms = (time: string) => `extract(epoch from ${time})::float8 * 1000`;
  const orders = await pool.query<TrueOrder>(
    `select o.product_id as "productId", o.quantity, o.status, ${ms('o.created_at')} as created,
       ${ms('e.published_at')} as published, ${ms('o.tracked_at')} as tracked, ${ms('f.occurred_at')} as ended
     from orders o
     join order_events e on e.order_id = o.order_id and e.version = 1
     join order_events f on f.order_id = o.order_id and f.type = o.status
     where o.status in ('CONFIRMED', 'FAILED', 'CANCELLED', 'EXPIRED')`,
  );
  const events = await pool.query<TrueEvent>(
    `select ${ms('occurred_at')} as occurred, ${ms('published_at')} as published
     from order_events where topics <> '{}'`,
  );
  return { orders: orders.rows, events: events.rows };
}

/** A figure of a line that the truth does not have anywhere within the allowance. */
export interface Deviation {
  readonly at: string;
  readonly what: string;
  readonly shown: number;
  readonly least: number;
  readonly most: number;
}

/** Between two values of the truth that far apart in time. */
const STEP_MS = 25;

/**
 * Every figure of every line must be what the stores had at some moment within the allowance around the poll.
 * @param allowedMs one interval, for what the dashboard promises
 */
export function findDeviations(
  lines: readonly TopSnapshot[],
  { orders, events }: SaleTruth,
  lag: readonly LagSample[],
  allowedMs: number,
): { compared: number; deviations: Deviation[] } {
  const deviations: Deviation[] = [];
  let compared = 0;

  function judge(line: TopSnapshot, what: string, shown: number, values: readonly number[]): void {
    compared += 1;
    const [least, most] = [Math.min(...values), Math.max(...values)];
    if (shown < least || shown > most) deviations.push({ at: line.at, what, shown, least, most });
  }
  const around = ({ from, until }: Span, valueAt: (time: number) => number): number[] => {
    const values: number[] = [];
    for (let time = from - allowedMs; time <= until + allowedMs; time += STEP_MS) values.push(valueAt(time));
    return values;
  };

  for (const line of lines) {
    const polled = polledAt(line, 'postgres');
    for (const { productId, held, sold, available, seeded } of line.products) {
      const own = orders.filter((order) => order.productId === productId);
      const heldAt = (time: number) =>
        unitsOf(own.filter(({ created, ended }) => created <= time && ended > time));
      const soldAt = (time: number) =>
        unitsOf(own.filter(({ status, ended }) => status === 'CONFIRMED' && ended <= time));
      judge(line, `${productId} held`, held, around(polled, heldAt));
      judge(line, `${productId} sold`, sold, around(polled, soldAt));
      const free = around(polled, (time) => seeded - heldAt(time) - soldAt(time));
      judge(line, `${productId} available`, available, free);
    }
    const waiting = (time: number) =>
      events.filter(({ occurred, published }) => occurred <= time && published > time).length;
    judge(line, 'outbox', line.pipeline.outboxDepth ?? Number.NaN, around(polled, waiting));

    const asked = polledAt(line, 'kafka');
    const near = lag.filter(
      ({ from, until }) => until >= asked.from - allowedMs && from <= asked.until + allowedMs,
    );
    // What came and went between two samples, and what arrived between the two readings of one poll.
    const untracked = (time: number) =>
      orders.filter(({ created, tracked }) => created <= time && tracked > time).length;
    const between = orders.filter(({ created }) => created >= asked.from && created <= asked.until).length;
    judge(line, 'lag', line.pipeline.kafkaLag ?? Number.NaN, [
      ...near.map((sample) => sample.lag),
      Math.max(...around(asked, untracked)) + between,
    ]);

    if (!line.rates?.until) continue;
    const { windowSeconds } = line.rates;
    const until = Date.parse(line.rates.until);
    for (const [figure, spans] of Object.entries(spansOf({ orders, events }))) {
      const from = until - windowSeconds * 1_000;
      const surely = spans.filter((span) => span.from >= from && span.until < until - allowedMs).length;
      const perhaps = spans.filter((span) => span.until >= from - allowedMs && span.from < until).length;
      const shown = Math.round(line.rates[figure as RateName] * windowSeconds);
      judge(line, `${figure} in ${windowSeconds} s`, shown, [surely, perhaps]);
    }
  }
  return { compared, deviations };
}

const RATE_NAMES = ['accepted', 'published', 'started', 'confirmed', 'failed'] as const;
export type RateName = (typeof RATE_NAMES)[number];

/** Between two moments. */
interface Span {
  readonly from: number;
  readonly until: number;
}

/** When each order passed what a rate counts: a role counts between these moments, or up to the allowance later. */
function spansOf({ orders }: SaleTruth): Record<RateName, Span[]> {
  const at = (time: number): Span => ({ from: time, until: time });
  const ended = (isSold: boolean) =>
    orders.filter(({ status }) => (status === 'CONFIRMED') === isSold).map((order) => at(order.ended));
  return {
    accepted: orders.map(({ created }) => at(created)),
    // Counted with the acknowledgement, before the mark.
    published: orders.map(({ created, published }) => ({ from: created, until: published })),
    started: orders.map(({ tracked }) => at(tracked)),
    confirmed: ended(true),
    failed: ended(false),
  };
}

/** How often each thing happened, by the stores. */
export function trueTotals(truth: SaleTruth): Record<RateName, number> {
  const spans = spansOf(truth);
  return Object.fromEntries(RATE_NAMES.map((name) => [name, spans[name].length])) as Record<RateName, number>;
}

/** The same by the rates of the lines: each counts for the time from the end of the last line's window to its own. */
export function shownTotals(lines: readonly TopSnapshot[]): Record<RateName, number> {
  const totals = { accepted: 0, published: 0, started: 0, confirmed: 0, failed: 0 };
  let before: number | undefined;
  for (const { rates } of lines) {
    if (!rates?.until) continue;
    const until = Date.parse(rates.until);
    const seconds = before === undefined ? 0 : (until - before) / 1_000;
    before = until;
    for (const name of RATE_NAMES) totals[name] += rates[name] * seconds;
  }
  return totals;
}

/** From asking to having the answer, in which the store has looked at itself. */
function polledAt(line: TopSnapshot, name: 'postgres' | 'kafka'): Span {
  const { ageMs, tookMs } = line.sources[name];
  const until = Date.parse(line.at) - (ageMs ?? Number.NaN);
  return { from: until - (tookMs ?? 0), until };
}

function unitsOf(orders: readonly TrueOrder[]): number {
  return orders.reduce((sum, order) => sum + order.quantity, 0);
}
