/** Runs checks at once, each bounded in time, and skips what hangs on a store that is away. */
import { toAppError } from '../errors.js';
import { STORES, type StoreName } from '../partial-answer.js';
import type { Check, Need, Sources } from './check.js';
import { reachStores, STORE_TITLES } from './reach/reach.js';
import { failed, skipped, type Verdict } from './verdict.js';
import { withinTime } from './within-time.js';

export interface Line extends Verdict {
  readonly id: string;
  readonly title: string;
  /** Null for the whole deployment. */
  readonly productId: string | null;
}

export interface CheckedLines {
  /** In the order of the checks. */
  readonly lines: readonly Line[];
  /** Stores that did not answer, with the reason. */
  readonly unavailable: readonly { readonly store: StoreName; readonly reason: string }[];
}

/** @param options.timeoutMs for each look at a store; never rejects for what a check finds */
export async function runChecks(
  checks: readonly Check[],
  sources: Sources,
  options: { readonly timeoutMs: number },
): Promise<CheckedLines> {
  const needed = STORES.filter((store) => checks.some(({ needs }) => wants(needs, store)));
  for (const [store, reach] of await reachStores(sources, needed, options.timeoutMs)) {
    sources.reaches.set(store, reach);
  }
  const blocked = new Map<Need, string>();
  const away = new Map<StoreName, string>();
  for (const [store, reach] of sources.reaches) {
    if (reach.kind === 'answers') continue;
    const reason = reach.kind === 'away' ? `${STORE_TITLES[store]} ${reach.reason}` : reach.reason;
    blocked.set(store, reason);
    if (reach.kind === 'away') away.set(store, reason);
  }
  const tables = await whyNoTables(checks, sources, blocked, options.timeoutMs);
  if (tables !== null) blocked.set('tables', tables);

  const lines = await Promise.all(
    checks.map(async (check): Promise<Line> => {
      const { id, title, productId = null } = check;
      return { id, title, productId, ...(await verdictOf(check)) };
    }),
  );

  async function verdictOf(check: Check): Promise<Verdict> {
    const why = check.needs.map((need) => blocked.get(need)).find((reason) => reason !== undefined);
    // What says whether a store answers is asked all the same.
    if (why !== undefined && !check.id.startsWith('reach.')) return skipped(why);
    try {
      return await withinTime(Promise.resolve(check.look(sources)), options.timeoutMs, check.title);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== 'UNAVAILABLE') return failed(error.message, error.hint ?? null);
      const [store] = check.needs.map((need) => (need === 'tables' ? 'postgres' : need));
      if (store !== undefined && !away.has(store)) away.set(store, error.message);
      return skipped(error.message);
    }
  }

  return { lines, unavailable: [...away].map(([store, reason]) => ({ store, reason })) };
}

function wants(needs: readonly Need[], store: StoreName): boolean {
  return needs.includes(store) || (store === 'postgres' && needs.includes('tables'));
}

/** @returns why no statement of ours would work; null when they do, or when nobody asks */
async function whyNoTables(
  checks: readonly Check[],
  sources: Sources,
  blocked: ReadonlyMap<Need, string>,
  timeoutMs: number,
): Promise<string | null> {
  if (!checks.some(({ needs }) => needs.includes('tables'))) return null;
  const away = blocked.get('postgres');
  if (away !== undefined) return away;
  const { checkSchema } = await import('../postgres/check-schema.js');
  try {
    await withinTime(checkSchema(await sources.stores.postgres()), timeoutMs, 'PostgreSQL');
    return null;
  } catch (thrown) {
    // The line of the migrations has their names.
    return toAppError(thrown).message.split(':')[0] ?? '';
  }
}
