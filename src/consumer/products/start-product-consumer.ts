/** Reads `product.events` beside the reservations, as a group of its own. */
import { addGauge, type MetricsRegistry } from '../../core/admin/metrics.js';
import type { Config } from '../../core/config/schema.js';
import { createConsumer } from '../../core/kafka/create-consumer.js';
import { createOffsetsReader } from '../../core/kafka/kafka-admin.js';
import type { Lifecycle } from '../../core/lifecycle.js';
import { PRODUCTS_GROUP, TOPICS } from '../../core/names.js';
import { createWaitingPartitions, type WaitingPartitions } from '../waiting-partitions.js';
import { createProgressWatch } from '../watch-progress.js';
import { createProductBatchHandler } from './consume-product-batch.js';
import type { ProductParts } from './handle-product-events.js';

export interface ProductConsumer {
  readonly waits: WaitingPartitions;
  /** Rejects when it cannot go on; never resolves. */
  readonly failed: Promise<never>;
}

/** Each is one transaction that waits for the others. */
const PARTITIONS_AT_ONCE = 2;

/**
 * Resolves when it reads; its end is the lifecycle's.
 * @throws AppError UNAVAILABLE when no broker answers
 */
export async function startProductConsumer(
  config: Config,
  lifecycle: Lifecycle,
  parts: Omit<ProductParts, 'defaultCurrency'> & { readonly registry: MetricsRegistry },
): Promise<ProductConsumer> {
  const { log, registry } = parts;
  const source = { topic: TOPICS.products, group: PRODUCTS_GROUP };
  const offsets = createOffsetsReader(config, log, source);
  lifecycle.own('kafka admin of product events', () => offsets.close());
  const consumer = createConsumer(config, log, { ...source, partitionsAtOnce: PARTITIONS_AT_ONCE });
  const waits = createWaitingPartitions(() => consumer.assigned());
  const watch = createProgressWatch({
    readOffsets: () => offsets.read(),
    assigned: () => consumer.assigned(),
    log,
  });
  watch.start();
  lifecycle.own('progress watch of product events', () => watch.stop());
  addGauge(registry, {
    name: 'product_events_lag',
    help: "Product events not yet applied in this replica's partitions",
    read: () => watch.lag(),
  });
  addGauge(registry, {
    name: 'product_events_waiting_partitions',
    help: 'Partitions of product events that wait: for Postgres, Redis, the dead letter topic or a newer consumer',
    read: () => waits.list().length,
  });
  lifecycle.own('consumer of product events', () => consumer.stop());
  await consumer.start(
    createProductBatchHandler({
      ...parts,
      waits,
      defaultCurrency: config.currency,
      onProgress: (at) => watch.onProgress(at),
    }),
  );
  const failed = Promise.race([consumer.failed, watch.failed]);
  failed.catch(() => undefined);
  return { waits, failed };
}
