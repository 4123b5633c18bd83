/** A change of many orders from the question to the last result: confirmed, stoppable, on record. */
import type { Order } from '../../core/order.js';
import { orderPages } from '../../core/orders/order-pages.js';
import type { EndingSignal } from '../../core/ending-signals.js';
import type { AppError } from '../../core/errors.js';
import type { Db } from '../../core/postgres/db.js';
import type { CliContext } from '../context.js';
import { createVoice } from '../create-voice.js';
import { interruptible } from '../interrupt.js';
import type { Mutation } from '../mutation/begin-mutation.js';
import type { ResultOf, Results } from './collect-results.js';
import type { PaceOptions } from './options.js';
import type { Selected } from './read-selection.js';
import { runBatches } from './run-batches.js';

export interface BulkChange<R extends ResultOf<string>> {
  readonly selected: Selected;
  /** Orders in the plan: no more than that are changed, whatever has come to match meanwhile. */
  readonly planned: number;
  /** Asked before anything is changed; null when nothing is to be changed. */
  readonly question: string | null;
  /** Whether this one is to be handled, as it is now. */
  readonly wanted: (order: Order) => boolean;
  /** Handles one batch. @throws what ends the run */
  readonly handle: (batch: readonly Order[]) => Promise<readonly R[]>;
  readonly results: Results<R>;
  /** Whether anything was changed that belongs on record. */
  readonly changed: () => boolean;
  /** For the record. */
  readonly asGiven: Readonly<Record<string, unknown>>;
}

export interface BulkReport {
  readonly stoppedBy: AppError | null;
  readonly interruptedBy: EndingSignal | null;
}

/** @throws AppError REFUSED unless the operator agrees, with nothing changed */
export async function runBulkChange<R extends ResultOf<string>>(
  context: CliContext,
  db: Db,
  mutation: Mutation,
  change: BulkChange<R>,
  { rate, concurrency }: PaceOptions,
): Promise<BulkReport> {
  const { selected, results, planned } = change;
  if (change.question !== null) await mutation.confirm({ what: change.question, single: selected.single });
  const selection =
    'orderIds' in selected.selection ? selected.selection : { ...selected.selection, limit: planned };
  const voice = createVoice(context);
  const of = planned.toLocaleString('en-US');
  const { value, interruptedBy } = await interruptible(
    context,
    (stop) =>
      runBatches(
        orderPages(db, selection),
        async (batch) => {
          const wanted = batch.filter(change.wanted);
          if (wanted.length > 0) results.add(await change.handle(wanted));
        },
        {
          concurrency,
          rate,
          stop,
          onProgress: (done) => {
            if (planned > concurrency) voice.status(`${done.toLocaleString('en-US')} of ${of} orders`);
          },
        },
      ),
    (text) => voice.line(text),
  );
  voice.end();
  if (change.changed())
    await mutation.record(db, { arguments: change.asGiven, result: { ...results.counts } });
  return { stoppedBy: value.stoppedBy, interruptedBy };
}
