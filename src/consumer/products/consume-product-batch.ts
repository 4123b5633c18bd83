/** What `consume` does with the batches of `product.events`: chunk by chunk, committing behind itself. */
import { createBackOff, type BackOff } from '../../core/back-off.js';
import type { ConsumedBatch, ConsumedMessage } from '../../core/kafka/port.js';
import { waitFor, waitForNewer, type WaitParts } from '../consume-batch.js';
import { withHeartbeats } from '../heartbeats.js';
import { handleProductEvents, type ProductParts, type ReadProductEvent } from './handle-product-events.js';
import { parseProductEvent } from './parse-product-event.js';

/** Events of one transaction, which holds up every other change of prices and stock. */
const CHUNK = 100;
const BACK_OFF = { firstMs: 250, maxMs: 5_000 };

/** @returns the handler for `BatchConsumer.start` */
export function createProductBatchHandler(
  parts: ProductParts & WaitParts,
): (batch: ConsumedBatch) => Promise<void> {
  const backOffs = new Map<number, BackOff>();

  return async (batch) => {
    const { topic, partition } = batch;
    const at = { topic, partition };
    const backOff = backOffs.get(partition) ?? createBackOff(BACK_OFF);
    backOffs.set(partition, backOff);
    for (let start = 0; start < batch.messages.length; start += CHUNK) {
      if (!batch.isCurrent()) return;
      const { usable, newer } = readUpToNewer(batch.messages.slice(start, start + CHUNK));
      const last = usable.at(-1);
      if (last) {
        const failure = await withHeartbeats(
          () => batch.heartbeat(),
          () => handleProductEvents(parts, at, usable).then(() => undefined, toError),
        );
        if (failure) return waitFor(parts, batch, at, backOff.next(), failure);
        await batch.commitThrough(last.message.offset);
        backOff.reset();
        parts.waits.clear(at);
        parts.onProgress(at);
      }
      if (newer !== undefined) return waitForNewer(parts, batch, at, newer);
      await batch.heartbeat();
    }
  };
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function readUpToNewer(messages: readonly ConsumedMessage[]): {
  usable: ReadProductEvent[];
  newer?: number;
} {
  const usable: ReadProductEvent[] = [];
  for (const message of messages) {
    const parsed = parseProductEvent(message.value);
    if (parsed.kind === 'newer') return { usable, newer: parsed.schemaVersion };
    usable.push({ message, parsed });
  }
  return { usable };
}
