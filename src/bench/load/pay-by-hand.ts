/** A buyer who has to pay by hand and takes time: in time, or when the time to pay is over. */
import { pause } from '../../core/back-off.js';
import type { ApiClient } from './http-client.js';

export interface HandPayment {
  readonly client: ApiClient;
  readonly caller: Readonly<Record<string, string>>;
  readonly orderId: string;
  readonly inTime: boolean;
  readonly signal: AbortSignal;
}

/**
 * `paid`: the payment was taken up with enough time left to be carried out. `too-late`: it was refused because the time was over. `unknown`: the order had ended
 * otherwise, or nobody answered.
 */
export type HandPaid = 'paid' | 'too-late' | 'unknown';

/** Of the time that was left when the buyer saw it: a payment that is taken up later may lose against the deadline. */
const ENOUGH_SHARE = 0.5;
/** Of the time there is, and no longer than somebody fetches a card. */
const IN_TIME_SHARE = 0.3;
const IN_TIME_MS = 10_000;
/** By our clock and that of the deadline's timer. */
const AFTER_DEADLINE_MS = 1_500;
const FIRST_LOOK_MS = 1_000;
const LONGEST_LOOK_MS = 5_000;
/** Behind a backlog, with Kafka or Temporal away for a while. */
const PATIENCE_MS = 180_000;
const RETRY_MS = 500;

/** Never rejects. */
export async function payByHand({ client, caller, orderId, inTime, signal }: HandPayment): Promise<HandPaid> {
  const payBy = await awaitDeadline();
  if (payBy === undefined) return 'unknown';
  const left = payBy - Date.now();
  await pause(
    Math.max(0, inTime ? Math.min(IN_TIME_MS, left * IN_TIME_SHARE) : left + AFTER_DEADLINE_MS),
    signal,
  );
  while (!signal.aborted) {
    const answer = await client.send({ method: 'POST', path: `/orders/${orderId}/payment`, caller });
    if (answer.kind === 'answered' && answer.status === 202)
      return inTime && payBy - Date.now() >= left * ENOUGH_SHARE ? 'paid' : 'unknown';
    const isOver = Date.now() > payBy;
    if (answer.kind === 'answered' && answer.status === 409) {
      // Before the deadline it is the first attempt that is still under way.
      if (isOver) return inTime ? 'unknown' : 'too-late';
    } else if (answer.kind === 'answered' && answer.status < 500) return 'unknown';
    if (Date.now() > payBy + PATIENCE_MS) return 'unknown';
    await pause(RETRY_MS, signal);
  }
  return 'unknown';

  /** When the order waits for its payment. @returns ms since 1970; undefined when it never does */
  async function awaitDeadline(): Promise<number | undefined> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    for (let wait = FIRST_LOOK_MS; Date.now() < giveUpAt; wait = Math.min(LONGEST_LOOK_MS, wait * 1.5)) {
      await pause(wait * (0.75 + Math.random() / 2), signal);
      if (signal.aborted) return undefined;
      const answer = await client.send({ method: 'GET', path: `/orders/${orderId}`, caller });
      if (answer.kind !== 'answered' || answer.status !== 200) continue;
      const { status, payBy: deadline } = answer.body;
      if (status === 'PAYMENT_PENDING' && deadline) return Date.parse(deadline);
      if (status === 'CONFIRMED' || status === 'FAILED' || status === 'CANCELLED' || status === 'EXPIRED')
        return undefined;
    }
    return undefined;
  }
}
