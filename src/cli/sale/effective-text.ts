/** Says in words what a buyer meets now, and how Redis stands to Postgres. */
import type { EffectiveState, SaleAgreement } from '../../core/catalog/effective-sale.js';
import type { Colours } from '../output/colours.js';
import { sellingText } from '../seed/selling-text.js';

export function effectiveText(selling: EffectiveState, colours: Colours): string {
  switch (selling.state) {
    case 'not-loaded':
      return colours.bad('nothing: not loaded');
    case 'other-epoch':
      return colours.bad('nothing: loaded under another epoch');
    case 'sold-out':
      return 'sold out';
    case 'open':
    case 'no-stock':
    case 'no-price':
    case 'not-active':
    case 'paused':
    case 'closed':
    case 'opens-later':
      return sellingText(selling, colours);
  }
}

/** @param redis null when Redis is away */
export function agreementText(redis: SaleAgreement | null, colours: Colours): string {
  switch (redis) {
    case null:
      return colours.warning('away');
    case 'agrees':
      return colours.good('agrees');
    case 'no-stock':
      return 'no stock yet';
    case 'not-loaded':
      return colours.bad('not loaded');
    case 'other-epoch':
      return colours.bad('other epoch');
    case 'behind':
      return colours.bad('older rules');
    case 'ahead':
      return colours.bad('unknown rules');
  }
}
