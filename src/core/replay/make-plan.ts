/** Finds what is stuck and plans what becomes of it, in memory and calls that do not grow with what is not. */
import type { Hop } from '../triage/find-hop.js';
import type { Db } from '../postgres/db.js';
import { findSuspects } from '../postgres/find-suspects.js';
import { isUuid } from '../postgres/is-uuid.js';
import type { SuspectOrder } from '../postgres/suspect-row.js';
import type { OrderLook } from './look-at-orders.js';
import { isActionable, planOrder, type PlannedOrder, type ReplayAction } from './plan-replay.js';
import { readSuspects } from './read-suspects.js';

export interface ReplaySearch {
  /** Exactly these, whatever their age; else all that are stuck. */
  readonly orderIds?: readonly string[] | undefined;
  readonly olderThanMs: number;
  readonly productIds?: readonly string[] | undefined;
  /** Only what stands at these; any when undefined. */
  readonly hops?: readonly Hop[] | undefined;
  /** Actionable orders at most. */
  readonly limit: number;
  /** For orders named by hand. */
  readonly evenIfQuarantined?: boolean;
  /** Called now and then with the number of orders looked at. */
  readonly onProgress?: (looked: number) => void;
}

export interface HopSummary {
  readonly hop: Hop;
  readonly action: ReplayAction;
  readonly count: number;
  /** Since their acceptance. */
  readonly oldestSeconds: number;
  readonly youngestSeconds: number;
}

export interface ReplayPlan {
  /** The actionable ones; of the others, unless they were named, only the first. Oldest first. */
  readonly planned: readonly PlannedOrder[];
  /** All that were looked at, up to the limit. */
  readonly hops: readonly HopSummary[];
  /** Ids that name no order. */
  readonly unknown: readonly string[];
  /** False when the limit was reached, or so many were looked at in vain that it is time to stop. */
  readonly complete: boolean;
}

/** Of the orders that are left alone so many are kept, to show what they look like. */
const LEFT_ALONE_KEPT = 1_000;
const CHUNK = 500;
/** Below this, calls in flight are not put to use. */
const LEAST_CHUNK = 20;
/** Workflows asked about for each order that may be handed over: running ones are no reason to ask on for ever. */
const ASKED_FOR_EACH = 10;

/** @throws AppError UNAVAILABLE when Postgres is away */
export async function makePlan(db: Db, look: OrderLook, search: ReplaySearch): Promise<ReplayPlan> {
  const ids = search.orderIds && [...new Set(search.orderIds.map((orderId) => orderId.toLowerCase()))];
  const unknown: string[] = [];
  const suspects = ids ? readNamed(db, ids, unknown) : readSuspects(db, search);
  const hops = new Map<string, HopSummary>();
  const todo: PlannedOrder[] = [];
  const leftAlone: PlannedOrder[] = [];
  let looked = 0;
  let complete = true;

  for await (const chunk of inChunks(suspects, () => search.limit - todo.length)) {
    for (const candidate of await look.at(chunk)) {
      const order = planOrder(candidate, search);
      if (search.hops && !search.hops.includes(order.hop)) continue;
      if (isActionable(order) && todo.length >= search.limit) break;
      summarize(hops, order);
      if (isActionable(order)) todo.push(order);
      else if (ids || leftAlone.length < LEFT_ALONE_KEPT) leftAlone.push(order);
    }
    looked += chunk.length;
    search.onProgress?.(looked);
    if (todo.length >= search.limit || (!ids && look.asked >= ASKED_FOR_EACH * search.limit + CHUNK)) {
      complete = false;
      break;
    }
  }
  const planned = [...todo, ...leftAlone].sort((a, b) => b.ageSeconds - a.ageSeconds);
  return { planned, hops: [...hops.values()], unknown, complete };
}

async function* readNamed(db: Db, ids: readonly string[], unknown: string[]): AsyncGenerator<SuspectOrder> {
  for (let at = 0; at < ids.length; at += CHUNK) {
    const chunk = ids.slice(at, at + CHUNK);
    const found = await findSuspects(db, chunk.filter(isUuid));
    for (const orderId of chunk) {
      const order = found.get(orderId);
      if (order) yield order;
      else unknown.push(orderId);
    }
  }
}

/** @param wanted how many are still of use */
async function* inChunks(
  suspects: AsyncGenerator<SuspectOrder>,
  wanted: () => number,
): AsyncGenerator<SuspectOrder[]> {
  let chunk: SuspectOrder[] = [];
  for await (const order of suspects) {
    chunk.push(order);
    if (chunk.length < Math.min(CHUNK, Math.max(LEAST_CHUNK, wanted()))) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function summarize(hops: Map<string, HopSummary>, { hop, action, ageSeconds }: PlannedOrder): void {
  const key = `${hop} ${action}`;
  const before = hops.get(key);
  hops.set(key, {
    hop,
    action,
    count: (before?.count ?? 0) + 1,
    oldestSeconds: Math.max(before?.oldestSeconds ?? 0, ageSeconds),
    youngestSeconds: Math.min(before?.youngestSeconds ?? Infinity, ageSeconds),
  });
}
