/** A Kafka broker of the test's own, to be stopped and killed while the shared one goes on. */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configSchema, type Config } from '../../src/core/config/schema.js';
import { ensureTopics } from '../../src/core/kafka/kafka-admin.js';
import { createMachine } from '../../src/dev/machine.js';
import { choosePorts } from '../../src/dev/ports.js';
import { startService, type ServiceProcess } from '../../src/dev/service-process.js';
import { kafka } from '../../src/dev/services/kafka.js';
import { own } from './owned.js';
import { createTcpProxy, type TcpProxy } from './tcp-proxy.js';
import { waitFor } from './wait-for.js';

export interface OwnBroker {
  readonly brokers: readonly string[];
  /** Every client comes through it: a broker sends them to the address it is told to advertise. */
  readonly proxy: TcpProxy;
  /** This broker, no prefix, three partitions. */
  readonly config: Config;
  /** Stops it in mid-air: connections stay, nothing answers. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again on its data. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A broker that was killed is let back in when its last session has run out: soon, for a test's sake. */
const QUICK_SESSIONS = 'broker.session.timeout.ms=2000\nbroker.heartbeat.interval.ms=500\n';

/** Ready, with all topics. */
export async function startOwnBroker(): Promise<OwnBroker> {
  const program = await kafka.findNative(createMachine(process.env));
  if ('missing' in program) throw new Error(program.missing);
  const folder = mkdtempSync(join(tmpdir(), 'ordersctl-test-kafka-'));
  const ports = await choosePorts('auto');
  const site = { dataFolder: join(folder, 'data'), ports, ephemeral: true };
  const proxy = await createTcpProxy({ host: '127.0.0.1', port: ports.kafka });
  const address = `127.0.0.1:${proxy.port}`;
  const config = configSchema.parse({ kafkaBrokers: address, kafkaPartitions: '3' });
  let running: ServiceProcess | undefined;

  const broker: OwnBroker = {
    brokers: [address],
    proxy,
    config,
    freeze: () => void process.kill(running?.pid ?? 0, 'SIGSTOP'),
    thaw: () => void process.kill(running?.pid ?? 0, 'SIGCONT'),
    async stop() {
      await running?.stop(false);
    },
    async kill() {
      await running?.stop(true);
    },
    async start() {
      running = startService(program.launch(site), {
        logFile: join(folder, 'log'),
        env: process.env,
        setpriv: true,
      });
      await waitFor(() => kafka.probe(address).then(() => true), {
        timeoutMs: 90_000,
        intervalMs: 200,
        what: 'the broker to answer',
      });
    },
    async close() {
      disown();
      await running?.stop(true);
      await proxy.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const disown = own('a broker', () => broker.close());
  await program.prepare(site);
  // Of a property given twice the last one counts.
  appendFileSync(
    `${site.dataFolder}.properties`,
    `${QUICK_SESSIONS}advertised.listeners=PLAINTEXT://${address}\n`,
  );
  await broker.start();
  await ensureTopics(config);
  return broker;
}
