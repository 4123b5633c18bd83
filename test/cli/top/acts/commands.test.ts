import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCommands, type Commands } from '../../../../src/cli/top/acts/commands.js';
import { createContext } from '../../../../src/cli/context.js';
import { NO_FLAGS } from '../../../../src/cli/global-flags.js';
import type { TopView } from '../../../../src/cli/top/state/model.js';
import { createStore, type TopStore } from '../../../../src/cli/top/state/store.js';
import type { ConfigKey } from '../../../../src/core/config/schema.js';
import { createShop, type Shop } from '../../../core/catalog/shop.js';
import { acceptSome } from '../../../support/accepted-orders.js';
import {
  after,
  answered,
  catalogLook,
  orderLine,
  PLACE,
  postgresSample,
  saleInProgress,
} from '../sale-in-progress.js';

let shop: Shop;
let folder: string;
beforeAll(async () => {
  shop = await createShop('top-acts');
  await shop.space.topics();
  await shop.open('cap', 10);
  folder = mkdtempSync(join(tmpdir(), 'ordersctl-top-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await shop.space.close();
});

interface Desk {
  readonly store: TopStore;
  readonly commands: Commands;
  readonly written: () => string;
  readonly view: () => TopView;
  readonly type: (text: string) => Promise<void>;
}

interface DeskOptions {
  readonly config?: Partial<Record<ConfigKey, string>>;
  readonly allowActions?: boolean;
  readonly state?: 'OPEN' | 'PAUSED' | 'CLOSED';
  readonly orderId?: string;
}

function openDesk({ config = {}, allowActions = true, state = 'OPEN', orderId }: DeskOptions = {}): Desk {
  const settings = shop.space.config(config);
  const written: string[] = [];
  const stdout = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  const io = {
    stdout,
    stderr: new PassThrough(),
    stdin: Readable.from([]),
    env: { XDG_STATE_HOME: folder },
    cwd: folder,
    forceExit: () => undefined,
  };
  const store = createStore(
    after(
      saleInProgress({ screen: orderId === undefined ? 'overview' : 'orders' }),
      answered(postgresSample({ stock: [{ productId: 'cap', seeded: 10, claimed: 0, held: 0, sold: 0 }] })),
      answered({
        source: 'catalog',
        look: catalogLook({
          sales: [{ productId: 'cap', state, opensAt: null, closesAt: null, changedAt: null }],
        }),
      }),
      answered({
        source: 'orders',
        look: { orders: orderId === undefined ? [] : [orderLine(1, { orderId })] },
      }),
    ),
  );
  const commands = createCommands({
    context: createContext(io, NO_FLAGS),
    config: settings,
    store,
    place: { ...PLACE, allowActions },
  });
  return {
    store,
    commands,
    written: () => written.join(''),
    view: () => store.getState().view,
    async type(text) {
      await commands.settled();
      store.dispatch({ type: 'dialogTyped', text });
      commands.run('confirm');
      await commands.settled();
    },
  };
}
const saleOf = async (productId: string) =>
  (
    await shop.space.pool.query<{ state: string }>('select state from sales where product_id = $1', [
      productId,
    ])
  ).rows[0]?.state;
const actions = async () =>
  (
    await shop.space.pool.query<{
      command: string;
      reason: string | null;
      arguments: unknown;
      result: unknown;
    }>('select command, reason, arguments, result from operator_actions order by action_id')
  ).rows;

describe('a change from the dashboard', () => {
  it('needs --allow-actions, and says so', async () => {
    const { commands, view } = openDesk({ allowActions: false });
    commands.run('changeSale');
    await commands.settled();
    expect(view()).toMatchObject({
      dialog: null,
      notice: { text: 'sale changes something: start top with --allow-actions', bad: true },
    });
  });

  it('is refused where the place is read-only, before anything is asked', async () => {
    const { commands, view } = openDesk({ config: { readOnly: 'true' } });
    commands.run('changeSale');
    await commands.settled();
    expect(view().dialog).toBeNull();
    expect(view().notice?.text).toContain('read-only; nothing was changed');
  });

  it('pauses a sale after its plan was shown and the word typed, and opens it again; both are on record', async () => {
    const before = (await actions()).length;
    const pausing = openDesk();
    pausing.commands.run('changeSale');
    await pausing.commands.settled();
    expect(pausing.view().dialog).toMatchObject({ step: 'confirm', expected: 'pause' });
    expect(pausing.view().dialog?.lines[0]).toMatch(/^OPEN becomes PAUSED; a buyer would then meet: paused$/);
    await pausing.type('yes');
    expect(pausing.view().dialog?.complaint).toBe('that is not pause; nothing was changed');
    expect(await saleOf('cap')).not.toBe('PAUSED');
    await pausing.type('pause');
    expect(pausing.view().dialog).toMatchObject({ step: 'done', succeeded: true });
    expect(await saleOf('cap')).toBe('PAUSED');

    const opening = openDesk({ state: 'PAUSED' });
    opening.commands.run('changeSale');
    await opening.type('open');
    expect(await saleOf('cap')).toBe('OPEN');
    expect((await actions()).slice(before).map(({ command }) => command)).toEqual([
      'sale pause',
      'sale open',
    ]);
  });

  it('never opens a sale that was closed: buyers were told that it is over', () => {
    const { commands, view } = openDesk({ state: 'CLOSED' });
    commands.run('changeSale');
    expect(view().notice?.text).toBe('the sale of cap is closed: ordersctl sale open cap');
  });

  it('asks for a reason and the name of the context in production', async () => {
    const { commands, view, type } = openDesk({
      config: { production: 'true', payments: 'webhook' },
    });
    commands.run('changeSale');
    await commands.settled();
    expect(view().dialog).toMatchObject({ step: 'reason', expected: 'production' });
    await type('');
    expect(view().dialog?.complaint).toContain('wants a reason');
    await type('wrong price');
    await type('pause');
    expect(view().dialog?.complaint).toBe('that is not production; nothing was changed');
    await type('production');
    expect(view().dialog).toMatchObject({ step: 'done', succeeded: true });
    expect((await actions()).at(-1)).toMatchObject({ command: 'sale pause', reason: 'wrong price' });
  });

  it('replays the selected order as the command does, on record, and leaves a second one alone', async () => {
    const [record] = await acceptSome(shop.space.pool, 1);
    const orderId = record?.orderId ?? '';
    const { commands, view, type } = openDesk({ orderId });
    commands.run('replay');
    await commands.settled();
    expect(view().dialog?.lines).toEqual([
      expect.stringMatching(/^stands at not-published for /),
      'hand over 1 order again (1 through Kafka)',
    ]);
    await type('replay');
    expect(view().dialog).toMatchObject({ step: 'done', lines: ['requeued'], succeeded: true });
    expect((await actions()).at(-1)).toMatchObject({
      command: 'replay',
      arguments: { orderIds: [orderId] },
      result: { requeued: 1 },
    });

    commands.run('replay');
    await commands.settled();
    expect(view().dialog).toMatchObject({ step: 'done' });
    expect(view().dialog?.lines[1]).toMatch(/^nothing: waits in Kafka/);
  });

  it('that fails says what failed', async () => {
    const { commands, view } = openDesk({
      config: { databaseUrl: 'postgres://nobody@127.0.0.1:1/none' },
      orderId: orderLine(1).orderId,
    });
    commands.run('replay');
    await commands.settled();
    expect(view().dialog).toMatchObject({ step: 'done', succeeded: false });
  });
});

describe('what changes nothing', () => {
  it('copies the id of the selected row through the terminal, by OSC 52', () => {
    const { commands, written, view } = openDesk();
    commands.run('copyId');
    expect(written()).toBe(`\u001b]52;c;${Buffer.from('cap').toString('base64')}\u0007`);
    expect(view().notice?.text).toBe('copied, if the terminal allows it: cap');
  });

  it('saves all figures where only the operator reads them, and says where', async () => {
    const { commands, view } = openDesk();
    commands.run('save');
    await commands.settled();
    const path = view().notice?.text.replace('saved ', '') ?? '';
    expect(path).toBe(join(folder, 'ordersctl', 'top-20260301T130211000Z.json'));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      schemaVersion: 1,
      products: [{ productId: 'cap' }],
      log: expect.any(Array) as unknown,
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('leads from a product to its orders, and from an order to its timeline', () => {
    const overview = openDesk();
    overview.commands.run('enter');
    expect(overview.view()).toMatchObject({ screen: 'orders', lists: { orders: { filter: 'cap' } } });
    const { orderId } = orderLine(1);
    const orders = openDesk({ orderId });
    orders.commands.run('enter');
    expect(orders.view().drill).toEqual({ orderId, top: 0 });
  });
});
