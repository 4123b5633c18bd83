/** Dead letters as `consume` leaves them, without a consume. */
import { toDeadLetter } from '../../src/consumer/dead-letter.js';
import type { DeadLetterReason } from '../../src/core/dead-letters/letter-headers.js';
import type { ConsumedMessage, Publisher } from '../../src/core/kafka/port.js';
import { scopedName, TOPICS } from '../../src/core/names.js';

export interface Buried {
  readonly reason?: DeadLetterReason;
  readonly detail?: string;
  readonly attempts?: number;
  /** Unprefixed; default orders.reservations. */
  readonly topic?: string;
  readonly message?: Partial<Pick<ConsumedMessage, 'key' | 'value' | 'headers'>>;
}

let offset = 0;

/** Resolves when they lie in the topic. */
export async function buryLetters(
  publisher: Publisher,
  prefix: string,
  letters: readonly Buried[],
): Promise<void> {
  const records = letters.map(
    ({ reason = 'INVALID', detail = 'made by a test', attempts = 1, ...letter }) => {
      offset += 1;
      const message = {
        offset: String(offset),
        key: Buffer.from(`key-${offset}`),
        value: Buffer.from(JSON.stringify({ productId: 'tee', n: offset })),
        headers: {},
        ...letter.message,
      };
      const from = { topic: scopedName(prefix, letter.topic ?? TOPICS.reservations), partition: 1 };
      return toDeadLetter({ message, reason, detail, attempts }, from, new Date());
    },
  );
  await publisher.publishBatch(records);
}
