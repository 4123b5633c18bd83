import { renderToString } from 'ink';
import { describe, expect, it } from 'vitest';
import { Screen } from '../../../../src/cli/top/views/screen.js';
import { keysOf } from '../../../../src/cli/top/keys.js';
import type { CatalogLook } from '../../../../src/cli/top/state/details.js';
import type { TopState, TopView } from '../../../../src/cli/top/state/model.js';
import type { TopAction } from '../../../../src/cli/top/state/reducer.js';
import {
  after,
  answered,
  catalogLook,
  NOW,
  orderLine,
  PARTITIONS,
  PLACE,
  postgresSample,
  saleInProgress,
  stuckLine,
} from '../sale-in-progress.js';
import { SCREENS } from '../../../../src/cli/top/state/screens.js';
import type { Place } from '../../../../src/cli/top/place.js';

function draw(state: TopState, place: Place = PLACE): string[] {
  return renderToString(<Screen state={state} place={place} />, {
    columns: state.view.columns,
  }).split('\n');
}

describe('the screen', () => {
  it.each([
    [80, 24],
    [90, 30],
    [119, 35],
    [160, 50],
    [60, 20],
    [40, 10],
  ])('fills %i columns exactly and all but one of %i rows', (columns, rows) => {
    const lines = draw(saleInProgress({ columns, rows }));
    expect(lines).toHaveLength(rows - 1);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    if (columns >= 80) expect(lines[1]).toHaveLength(columns);
  });

  it('shows the sale, rates, stages, stock and freshness at 80x24', () => {
    expect(draw(saleInProgress())).toEqual([
      ' ordersctl top  db.example:5432/…  sale OPEN 00:12:41  every 2s  live 13:02:11Z',
      '┌─ Intake ──────────────────────┐┌─ Pipeline ──────────────────────────────────┐',
      '│ requests/s  1 475 ▇▇▇▇▇▇█████ ││ gate/s   outbox      lag    sagas   paid/s  │',
      '│ accepted/s    295 ▇▇▇▇▇▇█████ ││  1 475 →     37 →  1 204 →    913 →    236  │',
      '│ refused/s   1 180 ▇▇▇▇▇▇█████ ││ ▇▇▇▇▇▁   ▇▁▁▁▁▁   ▇▇▇▇▇▇   ▇▇▇▇▁▁   ▇▁▁▁▁▁  │',
      '│ 503/s           0 ▁▁▁▁▁▁▁▁▁▁▁ ││ published  885/s started  236/s fail   0/s  │',
      '│ p50   5ms p95  22ms p99  90ms ││ start p50     - p95     -  oldest 400ms     │',
      '│ SOLD_OUT 1 180                ││ bottleneck: none                            │',
      '└───────────────────────────────┘└─────────────────────────────────────────────┘',
      '┌─ Stock (2) ──────────────────────────────────────────────────────────────────┐',
      '│  PRODUCT         SEEDED   AVAIL   HELD    SOLD STUCK    %  ETA-0 CONSERVED   │',
      '│  cap-blk          1 000       2     61     937     0  99%      - ok          │',
      '│  tee-red-m        5 000   1 204    388   3 408     0  75%      - ok          │',
      ...Array.from({ length: 3 }, () => `│${' '.repeat(78)}│`),
      '└──────────────────────────────────────────────────────────────────────────────┘',
      '┌─ Attention (0) ──────────────────────────────────────────────────────────────┐',
      '│ nothing                                                                      │',
      ...Array.from({ length: 2 }, () => `│${' '.repeat(78)}│`),
      '└─ postgres 0s · redis 0s · kafka 0s · temporal 0s ────────────────────────────┘',
      '[1 overview] 2 orders 3 stuck 4 kafka 5 log ? help / filter space pause q quit',
    ]);
  });

  it('has bars from 90 columns on, and products side by side above 120', () => {
    const at = (columns: number) => draw(saleInProgress({ columns, rows: 30 })).join('\n');
    expect(at(90)).toMatch(/HELD\+SOLD .*\n.* cap-blk .*▇▇▇▇▇▇▇▇▇▁ +99%/);
    expect(at(160)).toMatch(/ cap-blk .*99%.* tee-red-m .*75%/);
    expect(draw(saleInProgress({ columns: 160, rows: 30, wide: true })).join('\n')).toMatch(/STUCK +REDIS/);
  });

  it('marks a production context in a word where there is room, and by its sign where there is not', () => {
    const place = { ...PLACE, context: 'prod', production: true, allowActions: true };
    expect(draw(saleInProgress({ columns: 110 }), place)[0]).toContain(
      'ctx: prod ● PRODUCTION  sale OPEN 00:12:41  every 2s  live ACTIONS',
    );
    expect(draw(saleInProgress(), place)[0]).toContain(' ● ctx: prod ');
    expect(draw(saleInProgress({ graph: 'ascii' }), place)[0]).toContain(' * ctx: prod ');
  });

  it('keeps every column where it is while figures change', () => {
    const edges = (state: TopState) =>
      draw(state).map((line) => [...line].flatMap((char, at) => ('│┌┐└┘'.includes(char) ? [at] : [])));
    const small = postgresSample({ seconds: [], outbox: { depth: 0, oldestAgeMs: null } });
    const large = postgresSample({ outbox: { depth: 123_456_789, oldestAgeMs: 86_400_000 } });
    const stuck = postgresSample({ stuck: { count: 7, capped: false, oldestAgeMs: 61_000 } });
    for (const sample of [small, large, stuck]) {
      expect(edges(after(saleInProgress(), answered(sample)))).toEqual(edges(saleInProgress()));
    }
  });

  it('says in words what is wrong, never by colour alone', () => {
    const state = after(
      saleInProgress(),
      answered(
        postgresSample({ stock: [{ productId: 'cap-blk', seeded: 10, claimed: 5, held: 3, sold: 4 }] }),
      ),
      {
        type: 'failed',
        at: NOW + 3_000,
        source: 'temporal',
        failure: { code: 'UNAVAILABLE', message: 'Temporal does not answer' },
      },
      { type: 'togglePause' },
    );
    const text = draw(state).join('\n');
    expect(text).toContain('BROKEN -2');
    expect(text).toContain('temporal 3s AWAY');
    expect(text).toContain('away: temporal 0s');
    expect(text).toContain('PAUSED');
  });

  it('says which of the products are shown where there is no room for all', () => {
    const stock = Array.from({ length: 20 }, (_, n) => ({
      productId: `p-${n}`,
      seeded: 1,
      claimed: 0,
      held: 0,
      sold: 0,
    }));
    const state = after(saleInProgress(), answered(postgresSample({ stock })));
    expect(draw(state).join('\n')).toContain('Stock (1-5 of 20)');
    const end = after(state, { type: 'move', by: Infinity, unit: 'row' });
    expect(draw(end).join('\n')).toContain('Stock (16-20 of 20)');
    expect(draw(end).join('\n')).toContain('│ >p-19 ');
  });

  it('draws nothing beyond ASCII in ASCII mode, help included', () => {
    const [longCode, longName] = ['C'.repeat(80), 'p'.repeat(64)];
    const seconds = [
      { second: NOW / 1_000 - 2, counts: { SOLD_OUT: 1, CUSTOMER_LIMIT: 1, QUANTITY_LIMIT: 1 }, latency: {} },
    ];
    const crowded = postgresSample({
      seconds,
      stock: [{ productId: longName, seeded: 1, claimed: 1, held: 0, sold: 0 }],
      stuck: { count: 500, capped: true, oldestAgeMs: 1 },
    });
    const views = SCREENS.flatMap((screen) => [
      { screen },
      { screen, helpOpen: true },
      { screen, columns: 50 },
      { screen, drill: { orderId: orderLine(1).orderId, top: 0 } },
      { screen, typingFilter: true },
    ]);
    for (const view of views) {
      const state = everyView({ graph: 'ascii', ...view }, answered(crowded), {
        type: 'failed',
        at: NOW,
        source: 'kafka',
        failure: { code: 'UNAVAILABLE', message: longCode },
      });
      expect(draw(state).join('\n')).toMatch(/^[\n\x20-\x7e]*$/);
    }
  });

  it('names its size and what is wrong first when it is too small for tiles', () => {
    const state = after(
      saleInProgress({ columns: 60, rows: 12 }),
      answered(postgresSample({ stuck: { count: 2, capped: false, oldestAgeMs: 70_000 } })),
    );
    expect(draw(state).slice(0, 2)).toEqual([
      '60x12 is small, 80x24 shows all. overview, q quits.',
      '! ordersctl replay --older-than 60s --dry-run',
    ]);
  });
});

const everyView = (view: Partial<TopView>, ...more: readonly TopAction[]) =>
  after(
    saleInProgress(view),
    answered({
      source: 'orders',
      look: { orders: [1, 2].map((n) => orderLine(n, { userId: 'Zoë', productId: 'tëë'.repeat(20) })) },
    }),
    answered({ source: 'stuck', look: { orders: [stuckLine(1)], complete: false, away: ['temporal'] } }),
    answered({ source: 'partitions', look: PARTITIONS }),
    answered({
      source: 'order',
      look: { orderId: orderLine(1).orderId, productId: 'tee', lines: ['product  1 × tee', '', '…'] },
    }),
    ...more,
  );

describe.each(SCREENS)('the view %s', (screen) => {
  it.each([
    [80, 24],
    [90, 30],
    [160, 50],
    [60, 20],
  ])('fills %i columns and all but one of %i rows, with every border closed', (columns, rows) => {
    for (const helpOpen of [false, true]) {
      const lines = draw(everyView({ screen, columns, rows, helpOpen }));
      expect(lines).toHaveLength(rows - 1);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      if (columns < 80) continue;
      expect(lines.slice(1, -1).every((line) => /^[┌│└].*[┐│┘]$/.test(line) && line.length === columns)).toBe(
        true,
      );
    }
  });

  it('has a help that names every key that does something in it', () => {
    const text = draw(everyView({ screen, rows: 60, helpOpen: true })).join('\n');
    for (const { label, help } of keysOf(screen)) expect(text).toContain(`│ ${label.padEnd(12)}${help}`);
  });
});

describe('what was found', () => {
  it('of a stuck order is said in a sentence, with the command to run in this context', () => {
    const place = { ...PLACE, commandIn: (command: string | null) => command && `${command} --context prod` };
    const text = draw(everyView({ screen: 'stuck' }), place).join('\n');
    expect(text).toContain('consume has passed it in Kafka, and yet no workflow exists.');
    expect(text).toContain(`→ ordersctl replay ${stuckLine(1).orderId} --context prod`);
    expect(text).toContain('temporal away: hops that they tell are not known; more than were looked at');
  });

  it('of Kafka names partitions that nobody reads, undecided letters and roles of which nobody is alive', () => {
    const letters = answered({ source: 'letters', look: { stored: 5, open: 2, written: 10 } });
    const text = draw(everyView({ screen: 'kafka' }, letters)).join('\n');
    expect(text).toContain('5 stored, 2 UNDECIDED: ordersctl dlq list');
    expect(text).toMatch(/worker +NOBODY is alive: ordersctl worker/);
    expect(text).toMatch(/orders\.reservations +2 +4002 +3600 +402 NOBODY/);
  });

  it('by a view keeps its last rows greyed, and says since when it is not of now', () => {
    const failure = { code: 'UNAVAILABLE', message: 'Temporal does not answer' } as const;
    const state = everyView(
      { screen: 'stuck' },
      { type: 'failed', at: NOW, source: 'stuck', failure },
      { type: 'tick', at: NOW + 14_000 },
    );
    const text = draw(state).join('\n');
    expect(text).toContain('last known: no answer for 14s: Temporal does not answer');
    expect(text).toContain('not-started');
  });

  it('of the sales is in the header: one state for all, or how many of each', () => {
    const [first, second] = catalogLook().sales;
    const sales = [{ ...first, state: 'PAUSED' }, second] as CatalogLook['sales'];
    const state = everyView({ columns: 110 }, answered({ source: 'catalog', look: catalogLook({ sales }) }));
    expect(draw(state)[0]).toContain('sale 1 OPEN 1 PAUSED 00:12:41');
    expect(draw(state).join('\n')).toMatch(/cap-blk .* ok PAUSED/);
  });
});
