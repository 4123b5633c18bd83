/** A list of any length, one JSON value a line, in the memory of one page. */
import type { Order } from '../../core/order.js';
import { listOrders, type OrderCursor } from '../../core/postgres/list-orders.js';
import type { TriageSources } from '../../core/triage/triage-sources.js';
import type { CliContext } from '../context.js';
import { toRowJson, type ListedRow } from './listed-row.js';
import type { ListPlan } from './options.js';

const PAGE = 1_000;

/** @returns how many lines were printed. @throws AppError UNAVAILABLE when Postgres is away */
export async function printLines(
  context: CliContext,
  sources: TriageSources,
  plan: ListPlan,
  after: OrderCursor | undefined,
): Promise<number> {
  let printed = 0;
  for await (const rows of pagesOf(sources, plan, after)) {
    for (const row of rows.slice(0, plan.limit - printed)) {
      context.output.data(toRowJson(row, context.flags));
      printed += 1;
    }
    if (printed >= plan.limit) break;
    await drained(context);
  }
  return printed;
}

async function* pagesOf(
  sources: TriageSources,
  plan: ListPlan,
  begin: OrderCursor | undefined,
): AsyncGenerator<ListedRow[]> {
  const { filter, sort, ascending, wanted, limit } = plan;
  const page = { ...filter, sort, ascending };
  if (wanted) {
    const { scanOrders } = await import('../../core/triage/scan-orders.js');
    const scan = scanOrders(sources, { wanted, page: { ...page, after: begin }, examineAtMost: Infinity });
    for await (const { rows } of scan) yield rows.map(({ order, ...triaged }) => ({ order, triaged }));
    return;
  }
  const db = await sources.postgres();
  let after: OrderCursor | undefined = begin;
  for (;;) {
    const orders: Order[] = await listOrders(db, { ...page, after, limit: Math.min(PAGE, limit) });
    yield orders.map((order) => ({ order, triaged: null }));
    if (orders.length < Math.min(PAGE, limit)) return;
    after = orders.at(-1);
  }
}

/** A reader that is slower than Postgres must not make the lines pile up here. */
async function drained({ io }: CliContext): Promise<void> {
  const { stdout } = io;
  if (!stdout.writableNeedDrain) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      stdout.off('drain', done);
      stdout.off('close', done);
      stdout.off('error', done);
      resolve();
    };
    stdout.once('drain', done);
    stdout.once('close', done);
    stdout.once('error', done);
  });
}
