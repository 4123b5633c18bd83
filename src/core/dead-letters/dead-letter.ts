/** A dead letter as operators see it: where it came from, what is wrong, and the message as it was. */
import { z } from 'zod';
import type { HeaderValue, StoredMessage } from '../kafka/port.js';
import { DEAD_LETTER_HEADERS, REPLAYS_HEADER } from './letter-headers.js';
import { formatLetterId } from './letter-id.js';

/** The original message, byte for byte. */
export interface OriginalMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, HeaderValue>>;
}

export interface LetterSource {
  /** Prefixed, as it is called in the cluster. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

export interface DeadLetter extends OriginalMessage {
  /** `partition:offset` in the topic of the dead letters. */
  readonly id: string;
  readonly partition: number;
  readonly offset: string;
  readonly writtenAt: Date;
  /** One of DEAD_LETTER_REASONS, unless something else wrote it; null when it does not say. */
  readonly reason: string | null;
  /** What exactly is wrong with it. */
  readonly detail: string | null;
  readonly source: LetterSource | null;
  /** How often `consume` tried; null when it does not say. */
  readonly attempts: number | null;
  /** How often it was replayed before it came back. */
  readonly replays: number;
  readonly failedAt: Date | null;
  /** As far as the value can be read. */
  readonly orderId: string | null;
  readonly productId: string | null;
}

const OURS: ReadonlySet<string> = new Set(Object.values(DEAD_LETTER_HEADERS));
const idsSchema = z.object({
  orderId: z.string().nullable().catch(null),
  productId: z.string().nullable().catch(null),
});
const NO_IDS = { orderId: null, productId: null };

/** Takes any message: one that something else wrote has nulls where it does not say. */
export function readDeadLetter(message: StoredMessage): DeadLetter {
  const { partition, offset, writtenAt, key, value, headers } = message;
  const textOf = (name: string) => headerText(headers[name]);
  const names = DEAD_LETTER_HEADERS;
  const failedAt = new Date(textOf(names.failedAt) ?? NaN);
  return {
    id: formatLetterId({ partition, offset }),
    partition,
    offset,
    writtenAt,
    reason: textOf(names.reason),
    detail: textOf(names.detail),
    source: sourceOf(textOf(names.topic), textOf(names.partition), textOf(names.offset)),
    attempts: countOf(textOf(names.attempts)),
    replays: countOf(textOf(REPLAYS_HEADER)) ?? 0,
    failedAt: Number.isNaN(failedAt.getTime()) ? null : failedAt,
    ...readIds(value),
    key,
    value,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !OURS.has(name))),
  };
}

/** The ids that a value tells, whatever else is wrong with it. */
export function readIds(value: Buffer | null): { orderId: string | null; productId: string | null } {
  try {
    return idsSchema.safeParse(JSON.parse(value?.toString() ?? '')).data ?? NO_IDS;
  } catch {
    return NO_IDS;
  }
}

function sourceOf(
  topic: string | null,
  partition: string | null,
  offset: string | null,
): LetterSource | null {
  const at = countOf(partition);
  if (topic === null || at === null || offset === null || !/^\d{1,19}$/.test(offset)) return null;
  return { topic, partition: at, offset };
}

function headerText(value: HeaderValue | undefined): string | null {
  if (value === undefined) return null;
  if (Buffer.isBuffer(value)) return value.toString();
  return value[0]?.toString() ?? null;
}

function countOf(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
