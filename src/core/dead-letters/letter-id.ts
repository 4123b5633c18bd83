/** How operators name a dead letter: its place in the topic, `partition:offset`. */
import { AppError } from '../errors.js';
import type { MessagePosition } from '../kafka/port.js';

export function formatLetterId({ partition, offset }: MessagePosition): string {
  return `${partition}:${offset}`;
}

/** @throws AppError USAGE */
export function parseLetterId(text: string): MessagePosition {
  const match = /^(\d{1,6}):(\d{1,18})$/.exec(text);
  if (!match?.[1] || !match[2])
    throw new AppError('USAGE', `"${text}" does not name a dead letter`, {
      hint: 'Write partition:offset, such as 2:41; ordersctl dlq list shows them',
    });
  return { partition: Number(match[1]), offset: BigInt(match[2]).toString() };
}
