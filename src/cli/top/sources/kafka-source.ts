/** Kafka: how many accepted orders consume has not taken yet. */
import type { Config } from '../../../core/config/schema.js';
import { createOffsetsReader } from '../../../core/kafka/kafka-admin.js';
import type { Log } from '../../../core/log.js';
import type { TopSource } from './top-source.js';

export function createKafkaSource(config: Config, log: Log): TopSource {
  const reader = createOffsetsReader(config, log);
  return {
    name: 'kafka',
    async poll() {
      const partitions = await reader.read();
      return { source: 'kafka', lag: partitions.reduce((sum, partition) => sum + partition.lag, 0) };
    },
    close: () => reader.close(),
  };
}
