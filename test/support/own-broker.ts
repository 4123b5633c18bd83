/** A Kafka broker of the test's own, to be stopped and killed while the shared one goes on. */
import { appendFileSync } from 'node:fs';
import { configSchema, type Config } from '../../src/core/config/schema.js';
import { ensureTopics } from '../../src/core/kafka/kafka-admin.js';
import { kafka } from '../../src/dev/services/kafka.js';
import { startOwnServer, type OwnServer } from './own-server.js';
import { createTcpProxy, type TcpProxy } from './tcp-proxy.js';
import { waitFor } from './wait-for.js';

export interface OwnBroker extends Pick<OwnServer, 'freeze' | 'thaw' | 'start' | 'close'> {
  readonly brokers: readonly string[];
  /** Every client comes through it: a broker sends them to the address it is told to advertise. */
  readonly proxy: TcpProxy;
  /** This broker, no prefix, three partitions. */
  readonly config: Config;
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** A broker that was killed is let back in when its last session has run out: soon, for a test's sake. */
const QUICK_SESSIONS = 'broker.session.timeout.ms=2000\nbroker.heartbeat.interval.ms=500\n';

const TOPICS_MS = 30_000;

/** Ready, with all topics. */
export async function startOwnBroker(): Promise<OwnBroker> {
  let proxy: TcpProxy | undefined;
  const server = await startOwnServer(kafka, {
    async prepared({ dataFolder, ports }) {
      proxy = await createTcpProxy({ host: '127.0.0.1', port: ports.kafka });
      // Of a property given twice the last one counts.
      appendFileSync(
        `${dataFolder}.properties`,
        `${QUICK_SESSIONS}advertised.listeners=PLAINTEXT://127.0.0.1:${proxy.port}\n`,
      );
    },
  });
  if (!proxy) throw new Error('the broker was not prepared');
  const through = proxy;
  const address = `127.0.0.1:${through.port}`;
  const config = configSchema.parse({ kafkaBrokers: address, kafkaPartitions: '3' });
  // The first connections of a young broker may be closed again on a busy machine.
  await waitFor(() => ensureTopics(config).then(() => true), {
    timeoutMs: TOPICS_MS,
    what: 'the own broker to have its topics',
  });
  return {
    brokers: [address],
    proxy: through,
    config,
    freeze: () => server.freeze(),
    thaw: () => server.thaw(),
    start: () => server.start(),
    stop: () => server.stop(false),
    kill: () => server.stop(true),
    async close() {
      await server.close();
      await through.close();
    },
  };
}
