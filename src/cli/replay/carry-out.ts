/** Carries a planned replay out: asks, runs it so that it can be stopped, and records what was done. */
import type { Config } from '../../core/config/schema.js';
import type { EndingSignal } from '../../core/ending-signals.js';
import { toAppError, type AppError } from '../../core/errors.js';
import type { Db } from '../../core/postgres/db.js';
import type { ReplayPlan } from '../../core/replay/make-plan.js';
import { isActionable, type PlannedOrder } from '../../core/replay/plan-replay.js';
import type { ReplayTools } from '../../core/replay/replay-tools.js';
import { runReplay, type ReplayPace, type ReplayReport } from '../../core/replay/run-replay.js';
import type { CliContext } from '../context.js';
import { createVoice } from '../create-voice.js';
import { interruptible, type Stopped } from '../interrupt.js';
import type { Mutation } from '../mutation/begin-mutation.js';
import { createProgress } from '../progress.js';
import type { NamedOrders } from '../read-order-ids.js';
import type { Stores } from '../with-stores.js';
import type { Results } from './collect-results.js';
import { openReplayTools } from './open-tools.js';
import type { ReplayOptions } from './run-replay-command.js';

export interface CarriedOut {
  readonly interruptedBy: EndingSignal | null;
  readonly reach: Stopped;
  /** Why a store could not be reached any more. */
  readonly stoppedBy: AppError | null;
  /** What was done is not on record. */
  readonly recordFailure: AppError | null;
}

/** What is done, and what is put on record of it. */
export interface PlannedReplay {
  readonly mutation: Mutation;
  readonly plan: ReplayPlan;
  readonly named: NamedOrders | null;
  readonly options: ReplayOptions;
}

interface Work extends PlannedReplay {
  readonly results: Results;
}

/** So many ids are kept on record; of more, only how many there were. */
const RECORDED_IDS = 100;

/** @throws AppError REFUSED when the operator does not agree; nothing was changed */
export async function carryOut(
  context: CliContext,
  stores: Stores,
  config: Config,
  work: Work,
): Promise<CarriedOut> {
  const { mutation, plan, named, options } = work;
  const todo = plan.planned.filter(isActionable);
  if (todo.length > 0) {
    // One order named by hand is its own confirmation; everything else is bulk.
    const single = named !== null && !named.fromInput && named.ids.length === 1;
    await mutation.confirm({ what: describeReplay(todo), single });
  }
  const tools = await openReplayTools(stores, config);
  const voice = createVoice(context);
  const progress = createProgress(voice, { doing: 'replay', what: 'orders', total: todo.length });
  const run = async (signal: AbortSignal) => {
    const carried = await replayAndRecord(tools, work, {
      rate: options.rate,
      concurrency: options.concurrency,
      signal,
      onResults: (results) => work.results.add(results),
      onProgress: (done) => progress.at(done),
    });
    progress.end();
    return carried;
  };
  const { value, interruptedBy } = await interruptible(context, run, (text) => voice.line(text));
  const { report, recordFailure } = value;
  const reach = { done: report.done, total: todo.length, what: 'orders' };
  return { interruptedBy, reach, stoppedBy: report.stoppedBy, recordFailure };
}

/** Runs what was confirmed, and leaves it on record. */
export async function replayAndRecord(
  tools: ReplayTools,
  work: PlannedReplay,
  pace: ReplayPace,
): Promise<{ readonly report: ReplayReport; readonly recordFailure: AppError | null }> {
  const { planned } = work.plan;
  const report = await runReplay(tools, planned, pace);
  const todo = planned.filter(isActionable).length;
  return { report, recordFailure: await record(tools.pool, work, report, todo) };
}

/** What was done is told in any case, so a failure to record it is kept for later. */
async function record(
  db: Db,
  { mutation, named, options }: PlannedReplay,
  { counts, done, quarantined }: ReplayReport,
  planned: number,
): Promise<AppError | null> {
  if (done === 0 && quarantined === 0) return null;
  const ids = named?.ids ?? [];
  try {
    await mutation.record(db, {
      arguments: {
        ...(named && { orders: ids.length, orderIds: ids.slice(0, RECORDED_IDS) }),
        ...(named === null && { olderThanMs: options.olderThan, products: options.product ?? null }),
        hops: options.hop ?? null,
        limit: options.limit,
        rate: options.rate ?? null,
        evenIfQuarantined: options.evenIfQuarantined === true,
      },
      result: {
        ...counts,
        ...(quarantined > 0 && { quarantined }),
        ...(done < planned && { left: planned - done }),
      },
    });
    return null;
  } catch (error) {
    return toAppError(error);
  }
}

/** Every kind of thing that would happen, with its count. */
export function describeReplay(todo: readonly PlannedOrder[]): string {
  const count = (wanted: (order: PlannedOrder) => boolean) => todo.filter(wanted).length;
  const kafka = count(({ action }) => action === 'requeue');
  const direct = count(({ action }) => action === 'start');
  const confirmed = count(({ action, paid }) => action === 'conclude' && paid);
  const ended = count(({ action, paid }) => action === 'conclude' && !paid);
  const ways = [
    ...(kafka > 0 ? [`${kafka} through Kafka`] : []),
    ...(direct > 0 ? [`${direct} straight to Temporal`] : []),
  ];
  return [
    ...(ways.length > 0 ? [`hand over ${orders(kafka + direct)} again (${ways.join(', ')})`] : []),
    ...(confirmed > 0 ? [`confirm ${orders(confirmed)} that ${confirmed === 1 ? 'is' : 'are'} paid`] : []),
    ...(ended > 0 ? [`end ${orders(ended)} whose time to pay is over`] : []),
  ].join(', ');
}

function orders(count: number): string {
  return `${count} ${count === 1 ? 'order' : 'orders'}`;
}
