/** How many got how far, and what the others were lost to. Pure. */
import type { OrderGroup } from '../postgres/report/sum-orders.js';
import { countByCode, sum } from './order-figures.js';
import type { CodeCount, FunnelStage } from './report.js';

/** Losses that are no failure code of an order. */
const STILL_OPEN = 'STILL_OPEN';

/**
 * @param requests null when figures of the time are no longer kept: then it begins with the accepted orders
 */
export function funnelOf(
  groups: readonly OrderGroup[],
  requests: { readonly count: number; readonly lost: readonly CodeCount[] } | null,
): FunnelStage[] {
  const orders = (which: (group: OrderGroup) => boolean) =>
    sum(groups.filter(which), (group) => group.orders);
  const lost = (which: (group: OrderGroup) => boolean) =>
    countByCode(groups.filter(which).map((group) => ({ code: lossOf(group), count: group.orders })));
  const isSold = ({ status }: OrderGroup) => status === 'CONFIRMED';
  // An order may be paid before its saga has begun, and is confirmed only after both.
  const isStarted = (group: OrderGroup) => group.begun || isSold(group);
  const isPaid = (group: OrderGroup) => isStarted(group) && (group.paid || isSold(group));
  return [
    ...(requests === null
      ? []
      : [{ stage: 'requests' as const, count: requests.count, losses: countByCode(requests.lost) }]),
    { stage: 'accepted', count: orders(() => true), losses: lost((group) => !isStarted(group)) },
    {
      stage: 'started',
      count: orders(isStarted),
      losses: lost((group) => isStarted(group) && !isPaid(group)),
    },
    { stage: 'paid', count: orders(isPaid), losses: lost((group) => isPaid(group) && !isSold(group)) },
    { stage: 'confirmed', count: orders(isSold), losses: [] },
  ];
}

function lossOf({ status, failureCode }: OrderGroup): string {
  if (status === 'FAILED' || status === 'CANCELLED' || status === 'EXPIRED') return failureCode ?? status;
  return STILL_OPEN;
}
