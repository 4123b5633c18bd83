/** A Kafka broker of the test's own, to be stopped and killed while the shared one goes on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configSchema, type Config } from '../../src/core/config/schema.js';
import { ensureTopics } from '../../src/core/kafka/kafka-admin.js';
import { createMachine } from '../../src/dev/machine.js';
import { choosePorts } from '../../src/dev/ports.js';
import { addressOf } from '../../src/dev/service-names.js';
import { startService, type ServiceProcess } from '../../src/dev/service-process.js';
import { kafka } from '../../src/dev/services/kafka.js';
import { own } from './owned.js';
import { waitFor } from './wait-for.js';

export interface OwnBroker {
  readonly brokers: readonly string[];
  /** This broker, no prefix, three partitions. */
  readonly config: Config;
  /** Stops it in mid-air: connections stay, nothing answers. */
  freeze(): void;
  thaw(): void;
  /** In an orderly way: after a SIGKILL the broker itself needs some 15 s until it is let back in. */
  stop(): Promise<void>;
  /** Starts it again on its data. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Ready, with all topics. */
export async function startOwnBroker(): Promise<OwnBroker> {
  const program = await kafka.findNative(createMachine(process.env));
  if ('missing' in program) throw new Error(program.missing);
  const folder = mkdtempSync(join(tmpdir(), 'ordersctl-test-kafka-'));
  const ports = await choosePorts('auto');
  const site = { dataFolder: join(folder, 'data'), ports, ephemeral: true };
  const address = addressOf('kafka', ports);
  const config = configSchema.parse({ kafkaBrokers: address, kafkaPartitions: '3' });
  let running: ServiceProcess | undefined;

  const broker: OwnBroker = {
    brokers: [address],
    config,
    freeze: () => void process.kill(running?.pid ?? 0, 'SIGSTOP'),
    thaw: () => void process.kill(running?.pid ?? 0, 'SIGCONT'),
    async stop() {
      await running?.stop(false);
    },
    async start() {
      running = startService(program.launch(site), {
        logFile: join(folder, 'log'),
        env: process.env,
        setpriv: true,
      });
      await waitFor(() => kafka.probe(address).then(() => true), {
        timeoutMs: 30_000,
        intervalMs: 200,
        what: 'the broker to answer',
      });
    },
    async close() {
      disown();
      await running?.stop(true);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const disown = own('a broker', () => broker.close());
  await program.prepare(site);
  await broker.start();
  await ensureTopics(config);
  return broker;
}
