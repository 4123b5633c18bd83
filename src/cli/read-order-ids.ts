/** Reads which orders a command is to act on: ids as arguments, or from standard input in any form that `list` prints. */
import { z } from 'zod';
import { AppError } from '../core/errors.js';
import type { CliIo } from './io.js';
import { readSource, type Source } from './read-source.js';

export interface NamedOrders {
  /** As written; whether they name orders is not known yet. */
  readonly ids: readonly string[];
  readonly fromInput: boolean;
}

/** A command that keeps a plan of them in memory shall not be filled by a pipe. */
const MAX_IDS = 100_000;
/** Ids have 36; what is much longer is something else. */
const MAX_ID_LENGTH = 100;

const rowSchema = z.union([
  z.string(),
  z.object({ orderId: z.string() }).transform(({ orderId }) => orderId),
]);
/** What commands print with --json: a list, or an object with one. */
const documentSchema = z.union([
  z.array(rowSchema),
  z.object({ orders: z.array(rowSchema) }).transform(({ orders }) => orders),
  z.object({ planned: z.array(rowSchema) }).transform(({ planned }) => planned),
  rowSchema.transform((id) => [id]),
]);

/**
 * From `-`: one id a line, or one JSON object with an `orderId` a line, or one JSON document; empty input names none.
 * @param args of the command
 * @returns null when there are no arguments: no orders were named
 * @throws AppError USAGE for `-` beside ids, INPUT_INVALID for what cannot be read
 */
export async function readOrderIds(io: CliIo, args: readonly string[]): Promise<NamedOrders | null> {
  if (args.length === 0) return null;
  if (!args.includes('-')) return { ids: args, fromInput: false };
  if (args.length > 1) throw new AppError('USAGE', 'either - for standard input or ids, not both');
  const ids = parseIds(await readSource(io, '-'));
  if (ids.length > MAX_IDS) {
    throw new AppError(
      'INPUT_INVALID',
      `more than ${MAX_IDS.toLocaleString('en-US')} ids on standard input`,
      {
        hint: 'Give them in several runs',
      },
    );
  }
  return { ids, fromInput: true };
}

function parseIds({ text, name }: Source): readonly string[] {
  const document = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  if (document !== undefined) {
    const parsed = documentSchema.safeParse(document);
    if (parsed.success) return parsed.data;
    throw new AppError('INPUT_INVALID', `${name} is JSON without orders`, {
      hint: 'A list of objects with an orderId, as ordersctl list --json prints',
    });
  }
  return text.split('\n').flatMap((line, index) => {
    const trimmed = line.trim();
    return trimmed === '' ? [] : [parseLine(trimmed, `line ${index + 1} of ${name}`)];
  });
}

function parseLine(line: string, where: string): string {
  const parsed = /^[{"]/.test(line) ? rowSchema.safeParse(parseJson(line)) : { success: true, data: line };
  if (parsed.success && parsed.data !== undefined && parsed.data.length <= MAX_ID_LENGTH) return parsed.data;
  throw new AppError('INPUT_INVALID', `${where} is not an order id`, {
    hint: 'One id a line, or one JSON object with an orderId a line',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
