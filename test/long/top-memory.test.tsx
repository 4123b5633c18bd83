import { Writable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { render } from 'ink';
import { expect, it, vi } from 'vitest';
import { createCollector } from '../../src/cli/top/collector.js';
import type { TopSource } from '../../src/cli/top/sources/top-source.js';
import { HISTORY_SECONDS, initialState, QUEUE_POINTS, type Sample } from '../../src/cli/top/state/model.js';
import { toSnapshot } from '../../src/cli/top/state/snapshot.js';
import { createStore } from '../../src/cli/top/state/store.js';
import { toTrends } from '../../src/cli/top/state/trends.js';
import { App } from '../../src/cli/top/views/app.js';
import { PLACE } from '../cli/top/sale-in-progress.js';
import { waitFor } from '../support/wait-for.js';

// As the dashboard loads it; see src/cli/top/load-screen.ts.
vi.hoisted(() => {
  process.env['NODE_ENV'] = 'production';
});

const HOURS = 12;
const POLL_MS = 2_000;
const POLLS_PER_HOUR = (3_600 * 1_000) / POLL_MS;
/** Figures for scripts with every poll that many; a picture with every tenth of these. */
const SNAPSHOT_EVERY = 5;
const FRAME_EVERY = 50;
/** What lazily compiled code and caches may still take after the first two hours. */
const GROWTH_BYTES = 3_000_000;

it(
  'top keeps its memory over twelve hours of a sale, by a fast clock',
  { timeout: 10 * 60_000 },
  async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    let clock = Date.UTC(2030, 0, 1);
    let polls = 0;
    const source = (name: Sample['source'], poll: () => Sample): TopSource => ({
      name,
      poll() {
        if (name === 'postgres') {
          clock += POLL_MS;
          polls += 1;
        }
        return polls % 97 === 0 ? Promise.reject(new Error('away')) : Promise.resolve(poll());
      },
      close: () => Promise.resolve(),
    });
    // The interval is waited for by the clock alone.
    const store = createStore(initialState({ now: clock, intervalMs: 0, columns: 120, rows: 40 }));
    const collector = createCollector({
      sources: [
        source('postgres', () => postgresSample(clock, polls)),
        source('redis', () => ({ source: 'redis', products: redisLines(polls) })),
        source('kafka', () => ({ source: 'kafka', lag: polls % 700 })),
        source('temporal', () => ({ source: 'temporal', backlog: polls % 300 })),
      ],
      store,
      now: () => clock,
      timeoutMs: 60_000,
      callsTo: () => polls,
    });

    let drawn = 0;
    const nowhere = new Writable({
      write(chunk: Buffer, _encoding, done) {
        drawn += chunk.length;
        done();
      },
    });
    const stdout = Object.assign(nowhere, { columns: 120, rows: 40, isTTY: true });
    const nothing = () => undefined;
    const app = <App store={store} place={PLACE} keyboard={false} onQuit={nothing} onCommand={nothing} />;
    const screen = render(app, {
      stdout: stdout as unknown as NodeJS.WriteStream,
      // Every picture, also under CI.
      debug: true,
      patchConsole: false,
      exitOnCtrlC: false,
    });

    const heap: number[] = [];
    collector.start();
    try {
      for (let next = SNAPSHOT_EVERY; heap.length < HOURS; next += SNAPSHOT_EVERY) {
        await waitFor(() => polls >= next, { timeoutMs: 30_000, intervalMs: 0, what: 'some polls' });
        const { data } = store.getState();
        expect(JSON.stringify(toSnapshot(data, clock)).length).toBeGreaterThan(0);
        expect(toTrends(data).queues.lag.length).toBeLessThanOrEqual(QUEUE_POINTS);
        if (next % FRAME_EVERY === 0) store.dispatch({ type: 'tick', at: clock });
        if (polls >= (heap.length + 1) * POLLS_PER_HOUR) {
          gc();
          heap.push(process.memoryUsage().heapUsed);
        }
      }
      const { data } = store.getState();
      expect(data.seconds.length).toBe(HISTORY_SECONDS);
      for (const points of Object.values(data.queues)) expect(points.length).toBe(QUEUE_POINTS);
      expect(Object.keys(data.drift).length).toBeLessThanOrEqual(data.stock.length);
    } finally {
      await collector.stop();
      screen.unmount();
    }
    expect(drawn).toBeGreaterThan(100_000);
    expect(performance.getEntriesByType('measure')).toEqual([]);
    const settled = Math.max(...heap.slice(0, 2));
    const inMegabytes = heap.map((bytes) => (bytes / 1e6).toFixed(1)).join(' ');
    expect(Math.max(...heap.slice(2)) - settled, `heap by hour, MB: ${inMegabytes}`).toBeLessThan(
      GROWTH_BYTES,
    );
  },
);

const PRODUCTS = ['cap', 'mug', 'tee'];

function postgresSample(clock: number, poll: number): Sample {
  const newest = Math.floor(clock / 1_000);
  return {
    source: 'postgres',
    clock,
    auditedAt: clock,
    seconds: Array.from({ length: 12 }, (_, back) => ({
      second: newest - back,
      counts: {
        ...{ accepted: 40 + (poll % 90), SOLD_OUT: poll % 400, published: 40, started: 38 },
        ...{ confirmed: 30, failed: 3, released: 3, alive: 1 },
        [`CODE_${poll % 13}`]: 1,
      },
      latency: { accept: { 5: 90, 22: poll % 30 }, start: { 60: 40 }, confirm: { 1250: 30 } },
    })),
    // Products come and go: what is gone must leave no trace.
    stock: [...PRODUCTS, `drop-${Math.floor(poll / 100)}`].map((productId) => {
      const sold = poll % 40_000;
      return { productId, seeded: 100_000, claimed: sold + 50, held: 50, sold };
    }),
    outbox: { depth: poll % 60, oldestAgeMs: 300 },
    stuck: { count: poll % 3, capped: false, oldestAgeMs: 70_000 },
  };
}

function redisLines(poll: number) {
  return [...PRODUCTS, `drop-${Math.floor(poll / 100)}`].map((productId) => ({
    ...{ productId, heldUnits: 50 },
    available: 100_000 - (poll % 40_000) - 50,
  }));
}
