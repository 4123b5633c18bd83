import { render } from 'ink-testing-library';
import { afterEach, describe, expect, it } from 'vitest';
import type { CommandName } from '../../../../src/cli/top/keys.js';
import type { TopView } from '../../../../src/cli/top/state/model.js';
import { createStore, type TopStore } from '../../../../src/cli/top/state/store.js';
import { App } from '../../../../src/cli/top/views/app.js';
import { waitFor } from '../../../support/wait-for.js';
import { after, answered, orderLine, PLACE, saleInProgress, stuckLine } from '../sale-in-progress.js';

let screen: ReturnType<typeof render>;
afterEach(() => screen.unmount());

interface Opened {
  readonly store: TopStore;
  readonly exits: number[];
  readonly commands: CommandName[];
  readonly press: (keys: string) => Promise<void>;
  readonly view: () => TopView;
}

async function open(view: Partial<TopView> = {}): Promise<Opened> {
  const orders = [1, 2, 3].map((n) =>
    orderLine(n, n === 2 ? { status: 'FAILED', productId: 'cap-blk' } : {}),
  );
  const store = createStore(
    after(
      saleInProgress(view),
      answered({ source: 'orders', look: { orders } }),
      answered({ source: 'stuck', look: { orders: [stuckLine(1)], complete: true, away: [] } }),
    ),
  );
  const exits: number[] = [];
  const commands: CommandName[] = [];
  screen = render(
    <App
      store={store}
      place={PLACE}
      keyboard
      onQuit={(code) => exits.push(code)}
      onCommand={(command) => commands.push(command)}
    />,
  );
  // Ink begins to listen in an effect, after the first frame.
  await waitFor(() => screen.stdin.listenerCount('readable') > 0, {
    timeoutMs: 5_000,
    what: 'Ink to read keys',
  });
  return {
    store,
    exits,
    commands,
    view: () => store.getState().view,
    press: async (keys) => {
      screen.stdin.write(keys);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
const frameWith = (text: string) =>
  waitFor(() => screen.lastFrame()?.includes(text) === true, {
    timeoutMs: 5_000,
    what: `a frame with ${text}`,
  });

const ESCAPE = '\u001b';

describe('keys', () => {
  it('pause and release the picture', async () => {
    const { press } = await open();
    await press(' ');
    await frameWith('PAUSED');
    await press(' ');
    await frameWith('live');
  });

  it('open the help of the view and close it', async () => {
    const { press } = await open();
    await press('?');
    await frameWith('Help: overview');
    await press(ESCAPE);
    await frameWith('Intake');
  });

  it('change the interval, which the header shows', async () => {
    const { press } = await open({ columns: 110 });
    await press('+');
    await frameWith('every 2.25s');
    await press('-');
    await frameWith('every 2s');
  });

  it('quit with 0 by q and with 130 by Ctrl-C', async () => {
    const { press, exits } = await open();
    await press('q');
    await press('\u0003');
    await waitFor(() => exits.length === 2, { timeoutMs: 5_000, what: 'both exits' });
    expect(exits).toEqual([0, 130]);
  });

  it('go to the views by number, and through them by tab and shift-tab', async () => {
    const { press } = await open();
    await press('2');
    await frameWith('[2 orders]');
    await press('\t');
    await frameWith('[3 stuck]');
    await press('\u001b[Z');
    await frameWith('[2 orders]');
    for (const [key, shown] of [
      ['3', 'Stuck for over a minute (1)'],
      ['4', 'Partitions'],
      ['5', 'Log'],
      ['1', 'Pipeline'],
    ] as const) {
      await press(key);
      await frameWith(shown);
    }
  });

  it('move through a list, also when several come in one piece', async () => {
    const { press } = await open({ screen: 'orders' });
    await press('jj');
    await frameWith('>000000000003');
    await press('\u001b[A');
    await frameWith('>000000000002');
    await press('g');
    await frameWith('>000000000001');
    await press('G');
    await frameWith('>000000000003');
    await press('\u001b[5~');
    await frameWith('>000000000001');
  });

  it('filter what is typed, keys included, until enter keeps it and esc clears it', async () => {
    const { press, exits } = await open({ screen: 'orders' });
    await press('/');
    await press('cap-q\u007fblk');
    await frameWith('/ cap-blk');
    await press('\r');
    await frameWith('Latest orders (1 of 3) /cap-blk');
    await press(ESCAPE);
    await frameWith('Latest orders (3)');
    expect(exits).toEqual([]);
  });

  it('sort by a column, turn it round, show only problems and more columns', async () => {
    const { press } = await open({ screen: 'orders' });
    await press('ss');
    await frameWith('STATUS▴');
    await press('r');
    await frameWith('STATUS▾');
    await press('e');
    await frameWith('Latest orders (1 of 3) only problems');
    await press('ew');
    await frameWith('CUSTOMER');
  });

  it('change how graphs are drawn', async () => {
    const { press } = await open();
    await press('bb');
    await frameWith('+- Intake');
  });

  it('hand over to what works outside of the screen, each by its name', async () => {
    const { press, commands } = await open({ screen: 'stuck' });
    await press('\r');
    await press('cCSRP');
    await waitFor(() => commands.length === 6, { timeoutMs: 5_000, what: 'all commands' });
    expect(commands).toEqual(['enter', 'copyId', 'copyCommand', 'save', 'replay', 'changeSale']);
  });

  it('that belong to another view do nothing', async () => {
    const { press, commands } = await open({ screen: 'log' });
    await press('RPC');
    await press('5');
    await frameWith('[5 log]');
    expect(commands).toEqual([]);
  });

  it('are what is typed while a change is confirmed, and close nothing that is under way', async () => {
    const { press, store, commands, exits, view } = await open({ screen: 'stuck' });
    const { orderId } = stuckLine(1);
    store.dispatch({ type: 'dialogOpened', change: { kind: 'replay', orderId } });
    await frameWith('nothing is changed yet');
    store.dispatch({
      type: 'planned',
      lines: ['hand over 1 order again'],
      expected: 'replay',
      asksReason: false,
    });
    await press('q1');
    await frameWith('Type "replay" to go on: q1');
    await press('\r');
    expect(commands).toEqual(['confirm']);
    store.dispatch({ type: 'submitted' });
    await frameWith('that is not replay; nothing was changed');
    await press('replay');
    store.dispatch({ type: 'submitted' });
    await frameWith('carrying it out');
    await press(`${ESCAPE}`);
    await press('q');
    expect({ step: view().dialog?.step, exits }).toEqual({ step: 'working', exits: [] });
    store.dispatch({ type: 'dialogDone', lines: ['requeued'], succeeded: true });
    await frameWith('requeued');
    await press(ESCAPE);
    await frameWith('[3 stuck]');
  });
});
