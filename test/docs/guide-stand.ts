/** A shop in the hands of its operators: what goes wrong in it is made to go wrong, and their commands are run. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigKey } from '../../src/core/config/schema.js';
import { startConsumer } from '../../src/consumer/start-consumer.js';
import { createLifecycle, type Lifecycle } from '../../src/core/lifecycle.js';
import { startWorker } from '../../src/worker/start-worker.js';
import { startSaga } from '../../src/core/temporal/start-saga.js';
import { createTemporalClient, type TemporalClient } from '../../src/core/temporal/create-temporal-client.js';
import { workflowIdOf } from '../../src/core/names.js';
import { runCommand, type RunResult } from '../cli/run-command.js';
import type { PlacedOrder } from '../core/catalog/shop.js';
import { createSweepStand, type SweepStand } from '../core/sweeps/sweep-stand.js';
import { startServe, type ServeSpace } from '../server/serve-space.js';
import { childEnvironment } from '../support/binary.js';
import { TEST_JWT_SECRET } from '../support/space.js';
import { deleteSchedules } from '../support/delete-schedules.js';
import { terminateSagas } from '../support/terminate-sagas.js';
import { createWays, type Ways } from './ways.js';
import { fillIn, needsShell, toWords, type Filling } from './guide-page.js';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
}

export interface GuideStand {
  readonly sweeps: SweepStand;
  readonly serve: ServeSpace;
  readonly temporal: TemporalClient;
  /** The stores as the roles and the commands reach them, to be cut off. */
  readonly ways: Ways;
  /** Exists while the payment gateway of a worker is switched off. */
  readonly outageFile: string;
  /** What the words in capitals stand for just now. */
  fill(filling: Filling): void;
  /** @returns what a word in capitals stands for */
  word(name: string): string;
  /** A product with units, price and no window, which `PRODUCT` then is. */
  product(units: number): Promise<string>;
  /** An order that was accepted a minute and more ago and never published, which `ORDER` and `USER` then are. */
  order(userId?: string): Promise<PlacedOrder>;
  /** Makes every order and event two minutes older, so that ages of a minute need no waiting. */
  grow(): Promise<void>;
  /** Its saga is started and ended by force. */
  terminated(order: PlacedOrder): Promise<void>;
  /** Starts a role, whose probes and metrics the guide's addresses then mean. */
  start(role: 'consume' | 'worker', settings?: Partial<Record<ConfigKey, string>>): Promise<void>;
  stop(role: 'consume' | 'worker'): Promise<void>;
  run(command: string, options?: RunOptions): Promise<RunResult>;
  close(): Promise<void>;
}

export const NOWHERE = '127.0.0.1:1';
const STARTERS = { consume: startConsumer, worker: startWorker };
const ADDRESSES = { consume: 'CONSUME:9465', worker: 'WORKER:9466' };

export async function createGuideStand(name: string): Promise<GuideStand> {
  const sweeps = await createSweepStand(name);
  const { space } = sweeps.shop;
  await space.topics();
  const ways = await createWays(space);
  // Without a broker: what is accepted stays unpublished until a command of the guide sends it.
  const serve = await startServe(space, {
    ...ways.settings,
    kafkaBrokers: NOWHERE,
    paymentSecret: TEST_JWT_SECRET,
  });
  // As a load balancer has asked, long before anything goes wrong.
  await fetch(`${serve.admin}/readyz`);
  const temporal = await createTemporalClient(space.config());
  const folder = mkdtempSync(join(tmpdir(), 'ordersctl-guide-'));
  writeFileSync(join(folder, 'stock.csv'), 'productId,quantity\nwinter-tee,40\nwinter-mug,10\n');
  writeFileSync(join(folder, 'prices.csv'), 'productId,price\nwinter-tee,49.90 EUR\nwinter-mug,9.90 EUR\n');
  mkdirSync(join(folder, 'ordersctl'));
  writeFileSync(join(folder, 'ordersctl', 'shop.url'), `${space.databaseUrl}\n`);
  const environment = {
    ...space.environment,
    ...ways.environment,
    NO_COLOR: '1',
    XDG_CONFIG_HOME: folder,
    HOME: folder,
  };
  const sagas: string[] = [];
  const roles = new Map<string, Lifecycle>();
  let products = 0;
  let filling: Filling = { SHOP: serve.api, 'SERVE:9464': serve.admin.replace('http://', '') };

  const stand: GuideStand = {
    sweeps,
    serve,
    temporal,
    ways,
    outageFile: join(folder, 'payments-are-away'),
    word: (name) => filling[name] ?? '',
    fill: (more) => void (filling = { ...filling, ...more }),
    async product(units) {
      const productId = `tee-${(products += 1)}`;
      await sweeps.shop.open(productId, units);
      stand.fill({ PRODUCT: productId });
      return productId;
    },
    async order(userId = `buyer-${products}`) {
      const placed = await sweeps.shop.place(filling['PRODUCT'] ?? '', { userId });
      sagas.push(placed.orderId);
      await stand.grow();
      stand.fill({ ORDER: placed.orderId, USER: userId });
      return placed;
    },
    async grow() {
      await space.pool.query(
        `update orders set created_at = created_at - interval '2 minutes', updated_at = updated_at - interval '2 minutes'`,
      );
    },
    async terminated({ orderId }) {
      await startSaga(temporal.client, space.prefix, orderId, { orderId, deadlineMs: 60_000 });
      await temporal.client.workflow.getHandle(workflowIdOf(orderId)).terminate('by somebody');
    },
    async start(role, settings = {}) {
      const lifecycle = createLifecycle({ log: space.log, deadlineMs: 15_000 });
      roles.set(role, lifecycle);
      const config = space.config({
        ...ways.settings,
        sweepInterval: '1h',
        drainDeadline: '1s',
        simulatedOutageFile: stand.outageFile,
        ...settings,
      });
      const { adminPort } = await STARTERS[role]({ config, log: space.log, lifecycle });
      stand.fill({ [ADDRESSES[role]]: `127.0.0.1:${adminPort}` });
    },
    async stop(role) {
      await roles.get(role)?.end();
      roles.delete(role);
    },
    async run(command, options = {}) {
      const filled = fillIn(command, filling);
      const env = { ...environment, ...options.env };
      if (needsShell(filled)) {
        const token = await serve.token('ann');
        return runShell(filled, { ...env, TOKEN: token });
      }
      // Whatever changes something is typed by a person, who reads the plan; whatever looks may stand in a pipe.
      const asks = filled.includes(' --reason ') && !filled.includes('--dry-run');
      const type = (input: string) =>
        runCommand(toWords(filled).slice(1), {
          env,
          cwd: folder,
          ...(asks && { terminal: true, input: `${input}\n` }),
        });
      const result = await type('y');
      const wanted = /^ *fix: Type (.+) to go on$/m.exec(result.stderr)?.[1];
      return wanted === undefined ? result : type(wanted);
    },
    async close() {
      await Promise.all([...roles.values()].map((lifecycle) => lifecycle.end()));
      await terminateSagas(temporal.client, sagas);
      await deleteSchedules(temporal.client, space.prefix);
      await temporal.close();
      rmSync(folder, { recursive: true, force: true });
      await serve.stop();
      await ways.close();
      await space.close();
    },
  };
  return stand;
}

function runShell(command: string, env: Readonly<Record<string, string>>): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', command], {
      env: childEnvironment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}
