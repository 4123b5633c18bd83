/** Dead letters as JSON, one a line: what goes out comes back in unchanged, whatever bytes it holds. */
import { z } from 'zod';
import { AppError } from '../errors.js';
import type { HeaderValue } from '../kafka/port.js';
import { readIds, type DeadLetter } from './dead-letter.js';
import { parseLetterId } from './letter-id.js';

/** Text where the bytes are UTF-8, so that people and jq can read it. */
type JsonBytes = string | { readonly base64: string } | null;

export type LetterJson = Omit<DeadLetter, 'partition' | 'offset' | 'key' | 'value' | 'headers'> & {
  readonly key: JsonBytes;
  readonly value: JsonBytes;
  readonly headers: Readonly<Record<string, JsonBytes | readonly JsonBytes[]>>;
};

const present = z.union([
  z.string().transform((text) => Buffer.from(text)),
  z.object({ base64: z.base64() }).transform(({ base64 }) => Buffer.from(base64, 'base64')),
]);
const count = z.int().min(0).max(999_999_999);
const time = z.iso.datetime().transform((text) => new Date(text));

/** Unknown fields are ignored: the line may come from a newer binary, or have passed through jq. */
const lineSchema = z.object({
  id: z.string(),
  reason: z.string().nullable().default(null),
  detail: z.string().nullable().default(null),
  writtenAt: time,
  failedAt: time.nullable().default(null),
  source: z
    .object({ topic: z.string(), partition: count, offset: z.string().regex(/^\d{1,19}$/) })
    .nullable(),
  attempts: count.nullable().default(null),
  replays: count,
  key: present.nullable(),
  value: present.nullable(),
  headers: z.record(z.string(), z.union([present, z.array(present).min(1)])),
});

export function toLetterJson(letter: DeadLetter): LetterJson {
  const { partition: _partition, offset: _offset, key, value, headers, ...facts } = letter;
  return {
    ...facts,
    key: toJsonBytes(key),
    value: toJsonBytes(value),
    headers: Object.fromEntries(Object.entries(headers).map(([name, given]) => [name, toJsonHeader(given)])),
  };
}

/**
 * Reads what `toLetterJson` made, line by line; empty lines are passed over.
 * @throws AppError INPUT_INVALID naming the first line that is not a dead letter, or that names one twice
 */
export function parseLetterLines(text: string): DeadLetter[] {
  const letters = new Map<string, DeadLetter>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const letter = parseLine(line, index + 1);
    if (letters.has(letter.id)) throw invalid(index + 1, `names ${letter.id} a second time`);
    letters.set(letter.id, letter);
  }
  return [...letters.values()];
}

function parseLine(line: string, number: number): DeadLetter {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw invalid(number, 'is not JSON');
  }
  const parsed = lineSchema.safeParse(json);
  if (!parsed.success)
    throw invalid(number, `is not a dead letter: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`);
  // The ids are those of the value, which may have been mended on the way.
  return { ...parsed.data, ...parseLetterId(parsed.data.id), ...readIds(parsed.data.value) };
}

function invalid(line: number, what: string): AppError {
  return new AppError('INPUT_INVALID', `line ${line} ${what}`, {
    hint: 'Give lines as ordersctl dlq list --ndjson prints them',
  });
}

function toJsonHeader(value: HeaderValue): JsonBytes | JsonBytes[] {
  return Buffer.isBuffer(value) ? toJsonBytes(value) : value.map(toJsonBytes);
}

function toJsonBytes(bytes: Buffer | null): JsonBytes {
  if (bytes === null) return null;
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : { base64: bytes.toString('base64') };
}
