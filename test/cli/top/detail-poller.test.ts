import { afterEach, describe, expect, it } from 'vitest';
import { createDetailPoller, type DetailPoller } from '../../../src/cli/top/detail-poller.js';
import type { DetailSource } from '../../../src/cli/top/sources/detail-source.js';
import { createStore, type TopStore } from '../../../src/cli/top/state/store.js';
import { waitFor } from '../../support/wait-for.js';
import { NOW, orderLine, saleInProgress } from './sale-in-progress.js';

let poller: DetailPoller;
afterEach(() => poller.stop());

function open(poll: DetailSource['poll'], timeoutMs = 5_000) {
  const asked: string[] = [];
  let clock = NOW;
  const store: TopStore = createStore(saleInProgress({ intervalMs: 1_000 }));
  const orders: DetailSource = {
    name: 'orders',
    everyMs: 5_000,
    timeoutMs,
    wish: ({ view }) => (view.screen === 'orders' ? view.lists.orders.filter : null),
    poll: (wish) => {
      asked.push(wish);
      return poll(wish);
    },
  };
  poller = createDetailPoller({ sources: [orders], store, now: () => clock });
  poller.start();
  return {
    asked,
    store,
    tickAt: (at: number) => {
      clock = at;
      store.dispatch({ type: 'tick', at });
    },
  };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));
const answer = () => Promise.resolve({ source: 'orders', look: { orders: [orderLine(1)] } } as const);

describe('what only a view shows', () => {
  it('is asked while the view is shown and never else, at once and then no more often than it may', async () => {
    const { asked, store, tickAt } = open(answer);
    tickAt(NOW + 1_000);
    expect(asked).toEqual([]);
    store.dispatch({ type: 'goTo', screen: 'orders' });
    await settled();
    expect(asked).toEqual(['']);
    expect(store.getState().data.looks.orders?.orders).toHaveLength(1);
    tickAt(NOW + 5_000);
    expect(asked).toHaveLength(1);
    tickAt(NOW + 6_000);
    await settled();
    expect(asked).toHaveLength(2);
    store.dispatch({ type: 'goTo', screen: 'log' });
    tickAt(NOW + 60_000);
    expect(asked).toHaveLength(2);
  });

  it('is asked at once when something else of it is wanted', async () => {
    const { asked, store } = open(answer);
    store.dispatch({ type: 'goTo', screen: 'orders' });
    await settled();
    store.dispatch({ type: 'filterTyped', text: 'tee' });
    expect(asked).toEqual(['', 'tee']);
  });

  it('is never asked twice at once, and counts as away when it is silent', async () => {
    const { asked, store, tickAt } = open(() => new Promise(() => undefined), 5);
    store.dispatch({ type: 'goTo', screen: 'orders' });
    await waitFor(() => store.getState().data.details.orders.kind === 'failing', { what: 'the time-out' });
    tickAt(NOW + 60_000);
    expect(asked).toHaveLength(1);
    expect(store.getState().data.details.orders).toMatchObject({
      failure: { code: 'UNAVAILABLE', message: 'no answer within 0.005s' },
    });
  });
});
