/** Shows on `/metrics` where the units of the products on sale are: `ordersctl_stock_units`. */
import { Gauge } from 'prom-client';
import type { MetricsRegistry } from '../core/admin/metrics.js';
import type { Log } from '../core/log.js';
import type { Db } from '../core/postgres/db.js';
import { findUnits, type Units } from '../core/postgres/find-units.js';

/** Many scrapers cost no more than one. */
const FRESH_MS = 5_000;
/** A scrape during an outage shows everything else. */
const PATIENCE_MS = 1_000;

/**
 * available + held + sold = seeded. Nothing is shown while Postgres does not answer: an old figure would look like a new one.
 * @param productIds few: each is a label
 */
export function addStockGauges(
  registry: MetricsRegistry,
  source: { db: Db; productIds: () => readonly string[]; log: Log },
): void {
  let units: readonly Units[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    try {
      const productIds = source.productIds();
      units = productIds.length === 0 ? [] : await findUnits(source.db, productIds);
      readAt = performance.now();
    } catch (error) {
      source.log.debug({ err: error }, 'the stock gauges could not be read');
      units = [];
    }
  }

  async function refresh(): Promise<void> {
    if (performance.now() - readAt < FRESH_MS) return;
    reading ??= read().finally(() => (reading = undefined));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
    await Promise.race([reading, late]);
    clearTimeout(timer);
    if (performance.now() - readAt >= FRESH_MS) units = [];
  }

  new Gauge({
    name: 'ordersctl_stock_units',
    help: 'Units of the products that this process was asked for in the last 15 minutes: available, held or sold',
    labelNames: ['product', 'state'],
    registers: [registry],
    async collect() {
      await refresh();
      this.reset();
      for (const { productId: product, seeded, claimed, held, sold } of units) {
        this.set({ product, state: 'available' }, seeded - claimed);
        this.set({ product, state: 'held' }, held);
        this.set({ product, state: 'sold' }, sold);
      }
    },
  });
}
