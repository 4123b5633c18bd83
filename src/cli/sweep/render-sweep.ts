/** Sweeps for people: what they find, and what they have mended. */
import { SWEEP_MEANINGS, type SweepName } from '../../core/sweeps/sweep-names.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';
import { outcomeOf, type Swept } from './swept.js';

export function renderFound(output: Output, all: readonly Swept[]): string {
  return renderTable<Swept>(
    output,
    [
      { title: 'sweep', value: ({ sweep }) => sweep },
      { title: 'found', value: foundText, align: 'right' },
      { title: 'what it does', value: (swept) => swept.error?.message ?? SWEEP_MEANINGS[swept.sweep] },
    ],
    all,
  );
}

export function renderSwept({ colours }: Output, all: readonly Swept[]): string {
  return all
    .map((swept) => {
      const { sweep, mended, error } = swept;
      if (error) return `${colours.bad('failed')} ${sweep}: ${error.message}`;
      if (mended === null) return `${colours.warning('not run')} ${sweep}`;
      return `${colours.good('mended')} ${sweep}: ${count(mended)} of ${foundText(swept)}`;
    })
    .join('\n');
}

export function renderDrift({ colours }: Output, { look }: Swept): string {
  const products = look?.first.join(', ') ?? '';
  return `${colours.bad('units do not add up')} of ${products}; ordersctl audit shows where`;
}

const TEXTS: Readonly<Record<Exclude<SweepName, 'conservation-check'>, (many: string) => string>> = {
  'abandoned-holds': (many) => `end ${many} abandoned holds`,
  'unfinished-endings': (many) => `finish ${many} endings`,
  'late-payments': (many) => `decide about ${many} late payments`,
  refunds: (many) => `give ${many} payments back`,
  'overdue-orders': (many) => `end or confirm ${many} overdue orders`,
  'lost-sagas': (many) => `start or wake ${many} workflows`,
  'unstarted-orders': (many) => `hand ${many} orders over again`,
  'old-figures': (many) => `delete ${many} old figures`,
};

/** What is asked about. */
export function sweepText(todo: readonly Swept[]): string {
  return todo
    .flatMap((swept) => (swept.sweep === 'conservation-check' ? [] : [TEXTS[swept.sweep](foundText(swept))]))
    .join('; ');
}

function foundText(swept: Swept): string {
  const { look } = swept;
  if (outcomeOf(swept) === 'failed' && !look) return '?';
  return look ? `${count(look.found)}${look.complete ? '' : ' or more'}` : '0';
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
