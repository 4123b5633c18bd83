/** What the views beside the overview are read from: the latest orders, what is stuck, the partitions, one order. */
import type { Config } from '../../../core/config/schema.js';
import { CONSUMER_GROUP, PRODUCTS_GROUP, TOPICS } from '../../../core/names.js';
import { createPartialAnswer } from '../../../core/partial-answer.js';
import { findLiveReplicas } from '../../../core/postgres/find-live-replicas.js';
import { listOrders } from '../../../core/postgres/list-orders.js';
import { inspectOrder } from '../../../core/triage/inspect-order.js';
import { NEEDS_SOMEBODY } from '../../../core/triage/hops.js';
import { scanOrders } from '../../../core/triage/scan-orders.js';
import type { CliContext } from '../../context.js';
import { renderInspection } from '../../inspect/render-inspection.js';
import { withCommandsOf } from '../../inspect/run-inspect.js';
import type { Stores } from '../../with-stores.js';
import { STUCK_AFTER_MS } from '../state/attention.js';
import type { PartitionLine, StuckLine } from '../state/details.js';
import type { TopState } from '../state/model.js';
import type { ScreenName } from '../state/screens.js';
import type { DetailSource } from './detail-source.js';
import { toOrderLine } from './order-line.js';

const ORDERS_AT_MOST = 200;
const STUCK_AT_MOST = 200;
/** Candidates looked at: Temporal is asked about each of them. */
const EXAMINED_AT_MOST = 500;
/** A look at one order asks every store, and one at what is stuck asks them about hundreds. */
const ORDER_EVERY_MS = 2_000;
const STUCK_EVERY_MS = 5_000;
const TIMEOUT_MS = 3_000;
const WIDE_TIMEOUT_MS = 10_000;
/** Replicas that were there a moment ago and are silent now are of interest too. */
const REPLICAS_WITHIN_MS = 120_000;
/** Between the products of a wish: no product id has it. */
const SEPARATOR = '\n';

export interface ViewSourceDeps {
  readonly context: CliContext;
  readonly config: Config;
  readonly stores: Stores;
  /** Only these products; all when empty. */
  readonly productIds: readonly string[];
}

export function createViewSources(deps: ViewSourceDeps): DetailSource[] {
  return [ordersSource(deps), stuckSource(deps), partitionsSource(deps), orderSource(deps)];
}

const shows = ({ view }: TopState, screen: ScreenName) => view.screen === screen && view.drill === null;

function ordersSource({ stores, productIds }: ViewSourceDeps): DetailSource {
  return {
    name: 'orders',
    everyMs: 0,
    timeoutMs: TIMEOUT_MS,
    wish(state) {
      if (!shows(state, 'orders')) return null;
      // The latest of all may have none of a product that was asked for by its whole name.
      const { filter } = state.view.lists.orders;
      const isProduct = state.data.stock.some(({ productId }) => productId === filter);
      return isProduct ? filter : productIds.join(SEPARATOR);
    },
    async poll(wish) {
      const only = wish === '' ? {} : { productIds: wish.split(SEPARATOR) };
      const orders = await listOrders(await stores.postgres(), { ...only, limit: ORDERS_AT_MOST });
      return { source: 'orders', look: { orders: orders.map(toOrderLine) } };
    },
  };
}

function stuckSource({ config, stores, productIds }: ViewSourceDeps): DetailSource {
  return {
    name: 'stuck',
    everyMs: STUCK_EVERY_MS,
    timeoutMs: WIDE_TIMEOUT_MS,
    wish: (state) => (shows(state, 'stuck') ? '' : null),
    async poll() {
      const answer = createPartialAnswer();
      const scan = scanOrders(
        { config, answer, ...stores },
        {
          wanted: NEEDS_SOMEBODY,
          page: {
            olderThanMs: STUCK_AFTER_MS,
            ascending: true,
            ...(productIds.length > 0 && { productIds }),
          },
          examineAtMost: EXAMINED_AT_MOST,
        },
      );
      const orders: StuckLine[] = [];
      let complete = true;
      for (;;) {
        const step = await scan.next();
        if (step.done) {
          complete &&= step.value.stoppedAfter === null;
          break;
        }
        for (const { order, diagnosis } of step.value.rows) {
          const { hop, summary, command } = diagnosis;
          if (orders.length < STUCK_AT_MOST) orders.push({ ...toOrderLine(order), hop, summary, command });
          else complete = false;
        }
      }
      const away = answer.unavailable.map(({ store }) => store);
      return { source: 'stuck', look: { orders, complete, away } };
    },
  };
}

const GROUPS = [
  { topic: TOPICS.reservations, group: CONSUMER_GROUP },
  { topic: TOPICS.products, group: PRODUCTS_GROUP },
] as const;

function partitionsSource({ stores }: ViewSourceDeps): DetailSource {
  return {
    name: 'partitions',
    everyMs: 0,
    timeoutMs: TIMEOUT_MS,
    wish: (state) => (shows(state, 'kafka') ? '' : null),
    async poll() {
      const cluster = await stores.cluster();
      const answer = createPartialAnswer();
      const [reports, replicas] = await Promise.all([
        Promise.all(GROUPS.map(async (source) => ({ source, report: await cluster.group(source) }))),
        answer.ask('postgres', async () =>
          findLiveReplicas(await stores.postgres(), { withinMs: REPLICAS_WITHIN_MS }),
        ),
      ]);
      const partitions = reports.flatMap(({ source, report }) =>
        report.offsets.map(({ partition, high, committed, lag }): PartitionLine => {
          return { ...source, partition, high, committed, lag, isRead: report.assigned.includes(partition) };
        }),
      );
      const groups = reports.map(({ source, report }) => {
        return { group: source.group, state: report.state, members: report.members };
      });
      return { source: 'partitions', look: { partitions, groups, replicas } };
    },
  };
}

function orderSource({ context, config, stores }: ViewSourceDeps): DetailSource {
  return {
    name: 'order',
    everyMs: ORDER_EVERY_MS,
    timeoutMs: WIDE_TIMEOUT_MS,
    wish: ({ view }) => view.drill?.orderId ?? null,
    async poll(orderId) {
      const answer = createPartialAnswer();
      const found = await inspectOrder({ config, answer, ...stores }, { kind: 'any', text: orderId });
      const text = renderInspection(context, withCommandsOf(context, found), answer);
      const productId = found.order?.productId ?? null;
      return { source: 'order', look: { orderId, productId, lines: text.split('\n') } };
    },
  };
}
