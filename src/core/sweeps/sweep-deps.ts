/** What the sweeps of orders work with, in a worker as on the command line. */
import type { CatalogDeps } from '../catalog/catalog-deps.js';
import type { Log } from '../log.js';
import type { OutboxRecord } from '../outbox/record.js';

export interface SweepDeps extends CatalogDeps {
  readonly log: Log;
  /** Told of every change after its commit. Only makes it known sooner: the outbox has the events anyway (I6). */
  readonly announce: (changes: Iterable<{ readonly events: readonly OutboxRecord[] }>) => void;
  /** Counts what happened to an order, by the codes of the role's figures. */
  readonly count: (code: string, productId: string) => void;
}

export interface SweepPace {
  /** Rows in one page and one short transaction. */
  readonly limit: number;
  /** Ends the pass between two pages: the next run goes on. */
  readonly signal?: AbortSignal;
}
