/** Order ids as they come on standard input: one a line, or what `list --ndjson` and other commands print. */
import { z } from 'zod';
import { AppError } from '../../core/errors.js';
import { isUuid } from '../../core/postgres/is-uuid.js';
import type { CliIo } from '../io.js';
import { readSource } from '../read-source.js';

const lineSchema = z.object({ orderId: z.string() });
/** As many as fit into the largest input that is read at all. */
const MAX_IDS = 500_000;

/**
 * Blank lines are passed over; an id that comes twice is one.
 * @throws AppError INPUT_INVALID naming the line
 */
export async function readOrderIds(io: CliIo): Promise<string[]> {
  const { text, name } = await readSource(io, '-');
  const ids = new Set<string>();
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '') continue;
    const id = trimmed.startsWith('{') ? idOf(trimmed) : trimmed;
    if (id === undefined || !isUuid(id)) {
      throw new AppError('INPUT_INVALID', `line ${index + 1} of ${name} names no order: ${clip(trimmed)}`, {
        hint: 'One order id a line, or JSON with orderId as list --ndjson prints it; nothing was changed',
      });
    }
    ids.add(id.toLowerCase());
    if (ids.size > MAX_IDS)
      throw new AppError('INPUT_INVALID', `${name} names more than ${MAX_IDS} orders: give them in parts`);
  }
  if (ids.size === 0) throw new AppError('INPUT_INVALID', `${name} names no order`);
  return [...ids];
}

function idOf(line: string): string | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data?.orderId;
  } catch {
    return undefined;
  }
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
