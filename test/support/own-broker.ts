/** A Kafka broker of the test's own, to be stopped and killed while the shared one goes on. */
import { configSchema, type Config } from '../../src/core/config/schema.js';
import { ensureTopics } from '../../src/core/kafka/kafka-admin.js';
import { kafka } from '../../src/dev/services/kafka.js';
import { startOwnServer, type OwnServer } from './own-server.js';

export interface OwnBroker extends Pick<OwnServer, 'freeze' | 'thaw' | 'start' | 'close'> {
  readonly brokers: readonly string[];
  /** This broker, no prefix, three partitions. */
  readonly config: Config;
  /** In an orderly way: after a SIGKILL the broker itself needs some 15 s until it is let back in. */
  stop(): Promise<void>;
}

/** Ready, with all topics. */
export async function startOwnBroker(): Promise<OwnBroker> {
  const server = await startOwnServer(kafka);
  const config = configSchema.parse({ kafkaBrokers: server.address, kafkaPartitions: '3' });
  await ensureTopics(config);
  return { ...server, brokers: [server.address], config, stop: () => server.stop(false) };
}
