/** Does what keys ask for outside of the state: copies, saves, drills in, and leads a change through its dialog. */
import { toAppError } from '../../../core/errors.js';
import { assertNotReadOnly } from '../../mutation/assert-not-read-only.js';
import { nameToType } from '../../mutation/begin-mutation.js';
import type { CommandName } from '../keys.js';
import type { Place } from '../place.js';
import { selectedRow } from '../rows/listed-rows.js';
import type { Change } from '../state/dialog.js';
import { shownOf } from '../state/model.js';
import { toSnapshot } from '../state/snapshot.js';
import type { TopStore } from '../state/store.js';
import { copyText } from './copy-text.js';
import type { ChangeDeps, PlannedChange } from './planned-change.js';
import { saveSnapshot, stateFolder } from './save-snapshot.js';

export interface CommandDeps extends ChangeDeps {
  readonly store: TopStore;
  readonly place: Place;
}

export interface Commands {
  run(command: CommandName): void;
  /** Resolves when nothing is under way any more. Never rejects. */
  settled(): Promise<unknown>;
}

export function createCommands(deps: CommandDeps): Commands {
  const { store, place, context, config } = deps;
  const underWay = new Set<Promise<void>>();
  let planned: PlannedChange | undefined;

  const tell = (text: string, bad = false) => store.dispatch({ type: 'noticed', text, bad });

  function inBackground(work: () => Promise<void>): void {
    const running = work().catch((error: unknown) => tell(toAppError(error).message, true));
    underWay.add(running);
    void running.finally(() => underWay.delete(running));
  }

  function enter(): void {
    const row = selectedRow(store.getState());
    if (!row || store.getState().view.drill) return;
    if (row.orderId !== null) store.dispatch({ type: 'drillInto', orderId: row.orderId });
    else if (row.productId !== null) store.dispatch({ type: 'ordersOf', productId: row.productId });
  }

  function copy(text: string | null | undefined): void {
    if (!text) return tell('there is nothing to copy', true);
    copyText(context.io.stdout, text);
    tell(`copied, if the terminal allows it: ${text}`);
  }

  function save(): void {
    const shown = shownOf(store.getState());
    const snapshot = toSnapshot(shown.data, shown.now, place.commandIn);
    inBackground(async () =>
      tell(`saved ${await saveSnapshot(stateFolder(context.io.env), snapshot, shown.data)}`),
    );
  }

  /** Refuses at once what would be refused at the end. */
  function open(change: Change, command: string): void {
    if (!place.allowActions)
      return tell(`${command} changes something: start top with --allow-actions`, true);
    inBackground(async () => {
      assertNotReadOnly(config, command, '');
      store.dispatch({ type: 'dialogOpened', change });
      try {
        planned = await plan(change);
        const { lines, word } = planned;
        if (word === null) return store.dispatch({ type: 'dialogDone', lines, succeeded: true });
        const expected = nameToType(config, word);
        store.dispatch({ type: 'planned', lines, expected, asksReason: config.production });
      } catch (error) {
        endInFailure(error);
      }
    });
  }

  async function plan(change: Change): Promise<PlannedChange> {
    if (change.kind === 'replay') {
      const { planReplay } = await import('./replay-order.js');
      return planReplay(deps, change.orderId);
    }
    const { planSale } = await import('./change-sale.js');
    return planSale(deps, change.productId, change.intent);
  }

  function endInFailure(error: unknown): void {
    const { message, hint } = toAppError(error);
    store.dispatch({ type: 'dialogDone', lines: [message, ...(hint ? [hint] : [])], succeeded: false });
  }

  function confirm(): void {
    const before = store.getState().view.dialog;
    store.dispatch({ type: 'submitted' });
    const { dialog } = store.getState().view;
    if (dialog?.step !== 'working' || before?.step !== 'confirm' || !planned) return;
    const change = planned;
    inBackground(async () => {
      try {
        const end = await change.carryOut({ typed: before.typed.trim(), reason: dialog.reason });
        store.dispatch({ type: 'dialogDone', ...end });
      } catch (error) {
        endInFailure(error);
      }
    });
  }

  function replay(): void {
    const { drill } = store.getState().view;
    const orderId = drill?.orderId ?? selectedRow(store.getState())?.orderId ?? null;
    if (orderId === null) return tell('no order is selected', true);
    open({ kind: 'replay', orderId }, 'replay');
  }

  function changeSale(): void {
    const { view, data } = store.getState();
    const productId = view.drill
      ? (data.looks.order?.productId ?? null)
      : (selectedRow(store.getState())?.productId ?? null);
    if (productId === null) return tell('no product is selected', true);
    const sale = data.looks.catalog?.sales.find((one) => one.productId === productId)?.state;
    if (sale === 'CLOSED')
      return tell(`the sale of ${productId} is closed: ordersctl sale open ${productId}`, true);
    open({ kind: 'sale', productId, intent: sale === 'PAUSED' ? 'open' : 'pause' }, 'sale');
  }

  const RUN: Readonly<Record<CommandName, () => void>> = {
    enter,
    copyId() {
      const { drill } = store.getState().view;
      const row = selectedRow(store.getState());
      copy(drill?.orderId ?? row?.orderId ?? row?.productId ?? row?.id);
    },
    copyCommand: () => copy(place.commandIn(selectedRow(store.getState())?.command ?? null)),
    save,
    replay,
    changeSale,
    confirm,
  };
  return {
    run: (command) => RUN[command](),
    settled: () => Promise.all(underWay),
  };
}
