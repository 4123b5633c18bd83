/** Three orders that no relay has published, and `replay` run on them, for which any age is old enough. */
import {
  createTemporalClient,
  type TemporalClient,
} from '../../../src/core/temporal/create-temporal-client.js';
import { describeSaga, type SagaStatus } from '../../../src/core/temporal/describe-saga.js';
import { acceptSome } from '../../support/accepted-orders.js';
import { readAsConsume } from '../../support/read-as-consume.js';
import { createSpace, type Space } from '../../support/space.js';
import { terminateSagas } from '../../support/terminate-sagas.js';
import { runCommand, runJson, type RunResult } from '../run-command.js';

export interface Replayed {
  readonly planned: readonly {
    readonly orderId: string;
    readonly hop: string;
    readonly action: string;
  }[];
  readonly complete: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly results: readonly {
    readonly orderId: string;
    readonly outcome: string;
    readonly reason: string | null;
  }[];
  readonly unavailable: readonly { readonly store: string; readonly reason: string }[];
}

interface StockRow {
  readonly seeded: number;
  readonly claimed: number;
}

interface OrderRow {
  readonly replay_count: number;
  readonly review_reason: string | null;
}

interface ActionRow {
  readonly reason: string | null;
  readonly arguments: unknown;
  readonly result: unknown;
}

export interface ReplayStand {
  readonly space: Space;
  readonly temporal: TemporalClient;
  readonly orderIds: readonly string[];
  /** @returns its --json. @throws when it does not succeed */
  replay(...args: string[]): Promise<Replayed>;
  /** As it is typed, and however it ends. */
  raw(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<RunResult>;
  /** Passes all that is published, and starts none of it. */
  consumeAll(): Promise<void>;
  stock(): Promise<StockRow[]>;
  row(orderId: string): Promise<OrderRow>;
  /** What operators did, oldest first. */
  recorded(): Promise<ActionRow[]>;
  sagaStatus(orderId: string): Promise<SagaStatus>;
  close(): Promise<void>;
}

export async function createReplayStand(name: string): Promise<ReplayStand> {
  const space = await createSpace(name);
  const { pool, environment } = space;
  await space.topics();
  const orderIds = (await acceptSome(pool, 3)).map(({ orderId }) => orderId);
  const temporal = await createTemporalClient(space.config());
  const command = ['replay', '--older-than', '0s'];
  return {
    space,
    temporal,
    orderIds,
    replay: (...args) => runJson<Replayed>([...command, ...args], { env: environment }),
    raw: (args, env = {}) => runCommand([...command, ...args], { env: { ...environment, ...env } }),
    consumeAll: () => readAsConsume(space),
    stock: async () => (await pool.query<StockRow>('select seeded, claimed from stock')).rows,
    async row(orderId) {
      const { rows } = await pool.query<OrderRow>(
        'select replay_count, review_reason from orders where order_id = $1',
        [orderId],
      );
      if (!rows[0]) throw new Error(`no order ${orderId}`);
      return rows[0];
    },
    async recorded() {
      const { rows } = await pool.query<ActionRow>(
        'select reason, arguments, result from operator_actions order by at',
      );
      return rows;
    },
    sagaStatus: async (orderId) => (await describeSaga(temporal.client, orderId)).status,
    async close() {
      await terminateSagas(temporal.client, orderIds);
      await temporal.close();
      await space.close();
    },
  };
}
