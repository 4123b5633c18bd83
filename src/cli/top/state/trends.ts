/** The samples behind the sparklines: one per second for rates, one per poll for queues. */
import { FIGURES, type Figure } from './figures.js';
import type { QueueName, TopData } from './model.js';
import { toSeries } from './rates.js';

/** As many as the widest graph shows; braille packs two samples into one column. */
const SAMPLES = 240;

export interface Trends {
  readonly rates: Readonly<Record<Figure, readonly number[]>>;
  readonly queues: Readonly<Record<QueueName, readonly number[]>>;
}

export function toTrends(data: TopData): Trends {
  const values = (queue: QueueName) => data.queues[queue].slice(-SAMPLES).map((point) => point.value);
  return {
    rates: Object.fromEntries(
      FIGURES.map((figure) => [figure, toSeries(data, figure, SAMPLES)]),
    ) as unknown as Trends['rates'],
    queues: { outbox: values('outbox'), lag: values('lag'), backlog: values('backlog') },
  };
}
