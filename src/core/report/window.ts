/** From which moment to which a report reaches. */
import { AppError } from '../errors.js';
import type { OrderSpan } from '../postgres/report/find-order-spans.js';
import type { Report } from './report.js';

/** A moment as it was asked for: so long ago, or itself. */
export type Moment = { readonly agoMs: number } | { readonly at: Date };

export function resolveMoment(moment: Moment, now: Date): Date {
  return 'at' in moment ? moment.at : new Date(now.getTime() - moment.agoMs);
}

/**
 * What was not asked for is the first or the last order of the products.
 * @returns null when nothing was asked for and there is no order
 * @throws AppError USAGE for a window that ends before it begins
 */
export function windowOf(
  asked: { readonly since?: Date; readonly until?: Date },
  spans: readonly OrderSpan[],
  now: Date,
): Report['window'] {
  const first = extreme(spans, ({ firstOrderAt }) => firstOrderAt, Math.min);
  const last = extreme(spans, ({ lastOrderAt }) => lastOrderAt, Math.max);
  const isAsked = asked.since !== undefined || asked.until !== undefined;
  const since = asked.since ?? first ?? (isAsked ? asked.until : undefined);
  const until = asked.until ?? last ?? (isAsked ? now : undefined);
  if (since === undefined || until === undefined) return null;
  if (since > until && asked.since !== undefined && asked.until !== undefined) {
    throw new AppError(
      'USAGE',
      `the window ends (${until.toISOString()}) before it begins (${since.toISOString()})`,
      {
        hint: 'Both are durations before now, or times: --since 2h --until 30m',
      },
    );
  }
  return { since, until: since > until ? since : until, asked: isAsked };
}

function extreme(
  spans: readonly OrderSpan[],
  moment: (span: OrderSpan) => Date | null,
  choose: (...times: number[]) => number,
): Date | undefined {
  let best: number | undefined;
  for (const span of spans) {
    const time = moment(span)?.getTime();
    if (time !== undefined) best = best === undefined ? time : choose(best, time);
  }
  return best === undefined ? undefined : new Date(best);
}
