import { render } from 'ink-testing-library';
import { afterEach, describe, expect, it } from 'vitest';
import { createStore, type TopStore } from '../../../../src/cli/top/state/store.js';
import { App } from '../../../../src/cli/top/views/app.js';
import { waitFor } from '../../../support/wait-for.js';
import { saleInProgress } from '../sale-in-progress.js';

let screen: ReturnType<typeof render>;
afterEach(() => screen.unmount());

async function open(): Promise<{ store: TopStore; exits: number[]; press: (keys: string) => Promise<void> }> {
  const store = createStore(saleInProgress());
  const exits: number[] = [];
  screen = render(<App store={store} where="here" keyboard onQuit={(code) => exits.push(code)} />);
  // Ink begins to listen in an effect, after the first frame.
  await waitFor(() => screen.stdin.listenerCount('readable') > 0, {
    timeoutMs: 5_000,
    what: 'Ink to read keys',
  });
  return {
    store,
    exits,
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

describe('keys', () => {
  it('pause and release the picture', async () => {
    const { press } = await open();
    await press(' ');
    await frameWith('PAUSED');
    await press(' ');
    await frameWith('live');
  });

  it('open the help and close it', async () => {
    const { press } = await open();
    await press('?');
    await frameWith('ctrl-c');
    await press('\u001b');
    await frameWith('Intake');
  });

  it('change the interval, which the header shows', async () => {
    const { press } = await open();
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
});
