/** Replays one order from the dashboard: by the plan, the guard and the record of the command `replay`. */
import { formatDuration } from '../../../core/duration.js';
import { createPartialAnswer } from '../../../core/partial-answer.js';
import { createOrderLook } from '../../../core/replay/look-at-orders.js';
import { makePlan, type ReplayPlan } from '../../../core/replay/make-plan.js';
import { isActionable } from '../../../core/replay/plan-replay.js';
import type { ReplayedOrder } from '../../../core/replay/replay-tools.js';
import { describeReplay, replayAndRecord } from '../../replay/carry-out.js';
import { openReplayTools } from '../../replay/open-tools.js';
import { withStores } from '../../with-stores.js';
import {
  beginConfirmed,
  type ChangeDeps,
  type ChangeEnd,
  type Confirmed,
  type PlannedChange,
} from './planned-change.js';

const WORD = 'replay';

/** @throws AppError UNAVAILABLE when Postgres is away */
export async function planReplay(deps: ChangeDeps, orderId: string): Promise<PlannedChange> {
  const answer = createPartialAnswer();
  const plan = await withStores(deps.context, deps.config, async ({ log, postgres, temporal }) => {
    const look = createOrderLook({ config: deps.config, log, temporal, answer });
    try {
      return await makePlan(await postgres(), look, { orderIds: [orderId], olderThanMs: 0, limit: 1 });
    } finally {
      await look.close();
    }
  });
  const todo = plan.planned.filter(isActionable);
  const away = answer.unavailable.map(({ store, reason }) => `unavailable: ${store}: ${reason}`);
  return {
    lines: [...planLines(plan), ...away],
    word: todo.length === 0 ? null : WORD,
    carryOut: (confirmed) => carryOut(deps, orderId, plan, confirmed),
  };
}

function planLines({ planned, unknown }: ReplayPlan): string[] {
  if (unknown.length > 0) return ['there is no such order any more'];
  return planned.flatMap((order) => {
    const { hop, action, ageSeconds, replayCount, reason } = order;
    const before = replayCount > 0 ? `, replayed ${replayCount} times before` : '';
    const what = isActionable(order) ? describeReplay([order]) : `nothing: ${reason ?? action}`;
    return [`stands at ${hop} for ${formatDuration(ageSeconds * 1_000)}${before}`, what];
  });
}

async function carryOut(
  { context, config }: ChangeDeps,
  orderId: string,
  plan: ReplayPlan,
  confirmed: Confirmed,
): Promise<ChangeEnd> {
  const mutation = beginConfirmed(context, config, 'replay', confirmed);
  const todo = plan.planned.filter(isActionable);
  await mutation.confirm({ what: describeReplay(todo), typed: WORD });
  return withStores(context, config, async (stores) => {
    const results: ReplayedOrder[] = [];
    const named = { ids: [orderId], fromInput: false };
    const { recordFailure } = await replayAndRecord(
      await openReplayTools(stores, config),
      { mutation, plan, named, options: { olderThan: 0, limit: 1 } },
      { onResults: (some) => results.push(...some) },
    );
    const told = results.map(({ outcome, reason }) => `${outcome}${reason === null ? '' : `: ${reason}`}`);
    const failure = recordFailure === null ? [] : [`not on record: ${recordFailure.message}`];
    const failed = results.some(({ outcome }) => outcome === 'failed');
    return { lines: [...told, ...failure], succeeded: !failed && recordFailure === null };
  });
}
