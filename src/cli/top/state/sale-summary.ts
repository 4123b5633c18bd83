/** The sales of all products in one word, as the header shows it. */
import type { SaleLine } from './details.js';
import type { TopData } from './model.js';

export interface SaleSummary {
  /** MIXED when products differ; NONE without products. WAITING: none has opened yet, and one will. */
  readonly state: 'OPEN' | 'PAUSED' | 'CLOSED' | 'WAITING' | 'MIXED' | 'NONE';
  readonly open: number;
  readonly paused: number;
  readonly closed: number;
  readonly waiting: number;
  /**
   * Since the first product that is open now was opened: by its window, or by the last change of its sale. Null when none
   * is open or none has a sale of its own.
   */
  readonly openForMs: number | null;
}

/** @param now milliseconds of the dashboard's clock, by which Postgres's is carried on */
export function summarizeSales({ looks, details }: TopData, now: number): SaleSummary | null {
  const { catalog } = looks;
  if (!catalog) return null;
  const { catalog: source } = details;
  const answeredAt = source.kind === 'waiting' ? null : source.at;
  const clock = catalog.clock + Math.max(0, now - (answeredAt ?? now));
  const states = catalog.sales.map((sale) => stateAt(sale, clock));
  const count = (wanted: string) => states.filter((state) => state === wanted).length;
  const opened = catalog.sales
    .filter((sale) => stateAt(sale, clock) === 'OPEN')
    .flatMap((sale) => openedAt(sale) ?? []);
  const [first = 'NONE', ...others] = new Set(states);
  return {
    state: others.length > 0 ? 'MIXED' : first,
    open: count('OPEN'),
    paused: count('PAUSED'),
    closed: count('CLOSED'),
    waiting: count('WAITING'),
    openForMs: opened.length === 0 ? null : Math.max(0, clock - Math.min(...opened)),
  };
}

function stateAt(sale: SaleLine, clock: number): 'OPEN' | 'PAUSED' | 'CLOSED' | 'WAITING' {
  if (sale.state !== 'OPEN') return sale.state;
  if (sale.closesAt !== null && sale.closesAt <= clock) return 'CLOSED';
  return sale.opensAt !== null && sale.opensAt > clock ? 'WAITING' : 'OPEN';
}

function openedAt({ opensAt, changedAt }: SaleLine): number | null {
  return opensAt ?? changedAt;
}
