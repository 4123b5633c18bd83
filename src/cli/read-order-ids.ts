/** Reads which orders a command is to act on: ids as arguments, or from standard input in any form that `list` prints. */
import { z } from 'zod';
import { AppError } from '../core/errors.js';
import { isUuid } from '../core/postgres/is-uuid.js';
import type { CliIo } from './io.js';
import { readSource, type Source } from './read-source.js';

export interface NamedOrders {
  /** As written; whether they name orders is not known yet. */
  readonly ids: readonly string[];
  readonly fromInput: boolean;
}

/** A command that keeps a plan of them in memory shall not be filled by a pipe. */
const MAX_IDS = 100_000;
/** As many as fit into the largest input that is read at all. */
const MAX_STREAMED = 500_000;
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
  const source = await readSource(io, '-');
  const ids = parseIds(source).map(({ id, where }) => {
    if (id !== undefined) return id;
    throw new AppError('INPUT_INVALID', `${where} is not an order id`, {
      hint: 'One id a line, or one JSON object with an orderId a line',
    });
  });
  assertFew(ids, MAX_IDS, source);
  return { ids, fromInput: true };
}

/**
 * From standard input, for commands that change every order they are given: each must be an id of an order. One that comes
 * twice is one.
 * @throws AppError INPUT_INVALID naming the line; nothing was changed
 */
export async function readExactOrderIds(io: CliIo): Promise<string[]> {
  const source = await readSource(io, '-');
  const ids = new Set<string>();
  for (const { id, text, where } of parseIds(source)) {
    if (id === undefined || !isUuid(id)) {
      throw new AppError('INPUT_INVALID', `${where} names no order: ${clip(text)}`, {
        hint: 'One order id a line, or JSON with orderId as list --ndjson prints it; nothing was changed',
      });
    }
    ids.add(id.toLowerCase());
  }
  assertFew([...ids], MAX_STREAMED, source);
  if (ids.size === 0) throw new AppError('INPUT_INVALID', `${source.name} names no order`);
  return [...ids];
}

function assertFew(ids: readonly string[], max: number, { name }: Source): void {
  if (ids.length <= max) return;
  throw new AppError('INPUT_INVALID', `more than ${max.toLocaleString('en-US')} ids in ${name}`, {
    hint: 'Give them in several runs',
  });
}

interface NamedId {
  /** Undefined for what is none. */
  readonly id: string | undefined;
  readonly text: string;
  readonly where: string;
}

function parseIds({ text, name }: Source): readonly NamedId[] {
  const document = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  if (document !== undefined) {
    const parsed = documentSchema.safeParse(document);
    if (parsed.success)
      return parsed.data.map((id, at) => ({ id, text: id, where: `order ${at + 1} of ${name}` }));
    throw new AppError('INPUT_INVALID', `${name} is JSON without orders`, {
      hint: 'A list of objects with an orderId, as ordersctl list --json prints',
    });
  }
  return text.split('\n').flatMap((line, index): NamedId[] => {
    const trimmed = line.trim();
    if (trimmed === '') return [];
    return [{ id: parseLine(trimmed), text: trimmed, where: `line ${index + 1} of ${name}` }];
  });
}

function parseLine(line: string): string | undefined {
  const id = /^[{"]/.test(line) ? rowSchema.safeParse(parseJson(line)).data : line;
  return id !== undefined && id.length <= MAX_ID_LENGTH ? id : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
