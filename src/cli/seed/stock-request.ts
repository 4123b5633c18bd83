/** What the flags and the file of seed-stock ask for. */
import { randomUUID } from 'node:crypto';
import type { SeedStockRequest } from '../../core/catalog/seed-stock.js';
import { readStockCsv, stockRowSchema } from '../../core/catalog/stock-rows.js';
import { AppError } from '../../core/errors.js';
import type { CliIo } from '../io.js';
import { readSource } from '../read-source.js';

export interface StockOptions {
  readonly product?: string;
  readonly quantity?: string;
  readonly add?: string;
  readonly remove?: string;
  readonly replace?: true;
  readonly operationId?: string;
}

type StockChange = Pick<SeedStockRequest, 'mode' | 'rows' | 'operationId'>;

const HINT = 'ordersctl seed-stock --help shows examples';
const OPERATION_ID = /^[\x21-\x7e]{1,100}$/;

/** @throws AppError USAGE for flags that do not fit together, INPUT_INVALID for values and rows */
export async function readStockRequest(
  io: CliIo,
  file: string | undefined,
  options: StockOptions,
): Promise<StockChange> {
  const operationId = options.operationId ?? randomUUID();
  if (!OPERATION_ID.test(operationId)) {
    throw new AppError(
      'INPUT_INVALID',
      '--operation-id must be 1 to 100 printable characters without spaces',
    );
  }
  const mode = options.replace ? 'replace' : 'seed';
  if (file !== undefined) {
    if (options.product ?? options.quantity ?? options.add ?? options.remove) {
      throw usage('give either a file or --product, not both');
    }
    const source = await readSource(io, file);
    return { operationId, mode, rows: readStockCsv(source.text, source.name) };
  }
  if (options.product === undefined) throw usage('give a CSV file, - for standard input, or --product');
  const given = (['quantity', 'add', 'remove'] as const).filter((name) => options[name] !== undefined);
  const [change] = given;
  if (change === undefined || given.length > 1) throw usage('give one of --quantity, --add and --remove');
  if (change === 'quantity')
    return { operationId, mode, rows: [parseRow(options.product, options.quantity)] };
  if (options.replace) throw usage('--replace goes with --quantity or a file');
  if (options.operationId === undefined) {
    throw new AppError('USAGE', `--${change} needs --operation-id`, {
      hint: 'Name the change, such as --operation-id restock-1: a retry under the same id cannot apply it twice',
    });
  }
  const row = parseRow(options.product, options[change]);
  if (row.quantity === 0) throw new AppError('INPUT_INVALID', `--${change} 0 changes nothing`);
  return { operationId, mode: change, rows: [row] };
}

function parseRow(productId: string, quantity: string | undefined): { productId: string; quantity: number } {
  const parsed = stockRowSchema.safeParse({ productId, quantity });
  if (parsed.success) return parsed.data;
  throw new AppError('INPUT_INVALID', parsed.error.issues.map((issue) => issue.message).join('; '), {
    hint: HINT,
  });
}

function usage(message: string): AppError {
  return new AppError('USAGE', message, { hint: HINT });
}
