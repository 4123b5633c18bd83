/** What the sales, overdue orders and dead letters ask an operator to look at. */
import type { Attention } from './attention.js';
import type { TopData } from './model.js';

const NAMED = 3;

export function attentionOfCatalog(data: TopData): Attention[] {
  return [...overdueOrders(data), ...deadLetters(data), ...pausedSales(data), ...unknownDetails(data)];
}

function overdueOrders({ looks }: TopData): Attention[] {
  const overdue = (looks.catalog?.troubled ?? []).filter((one) => one.overdue > 0);
  if (overdue.length === 0) return [];
  const total = overdue.reduce((sum, one) => sum + one.overdue, 0);
  const where = naming(overdue.map(({ productId, overdue: count }) => `${productId} ${count}`));
  return [
    {
      key: 'overdue',
      severity: 'bad',
      message: `${total} past their time to pay and not ended: ${where}`,
      command: 'ordersctl replay --hop overdue --dry-run',
    },
  ];
}

function deadLetters({ looks, lettersAtStart }: TopData): Attention[] {
  const { letters } = looks;
  if (!letters || letters.open === 0) return [];
  const fresh = Math.max(0, letters.written - (lettersAtStart ?? letters.written));
  const since = fresh === 0 ? '' : `, ${fresh} new since top was opened`;
  return [
    {
      key: 'letters',
      severity: fresh > 0 ? 'bad' : 'warning',
      message: `${letters.open} dead ${letters.open === 1 ? 'letter' : 'letters'} undecided${since}`,
      command: 'ordersctl dlq list',
    },
  ];
}

/** Somebody meant it, and may have forgotten it. */
function pausedSales({ looks }: TopData): Attention[] {
  const paused = (looks.catalog?.sales ?? []).filter(({ state }) => state === 'PAUSED');
  const [first] = paused;
  if (!first) return [];
  const one = paused.length === 1;
  return [
    {
      key: 'paused',
      severity: 'warning',
      message: `paused: ${naming(paused.map(({ productId }) => productId))} (buyers get 503)`,
      command: one ? `ordersctl sale open ${first.productId}` : 'ordersctl sale status',
    },
  ];
}

/** A store that is away says so itself; what only this look may not read would else be missing without a word. */
function unknownDetails({ details, sources }: TopData): Attention[] {
  const told = { catalog: 'sales and overdue orders', letters: 'dead letters' } as const;
  return (['catalog', 'letters'] as const).flatMap((name): Attention[] => {
    const detail = details[name];
    const storesAreWell = sources.postgres.kind === 'answered' && sources.kafka.kind === 'answered';
    if (detail.kind !== 'failing' || !storesAreWell) return [];
    const message = `${told[name]} are not known: ${detail.failure.message}`;
    return [{ key: `unknown:${name}`, severity: 'warning', message, command: null }];
  });
}

function naming(names: readonly string[]): string {
  const more = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
