/** Says in words whether a product sells now. */
import type { SellingState } from '../../core/catalog/selling-state.js';
import type { Colours } from '../output/colours.js';

export function sellingText(selling: SellingState, colours: Colours): string {
  switch (selling.state) {
    case 'open':
      return colours.good('sells now');
    case 'no-price':
      return colours.warning('no price yet');
    case 'no-stock':
      return colours.warning('no stock yet');
    case 'not-active':
      return 'deactivated';
    case 'paused':
      return 'paused';
    case 'closed':
      return 'closed';
    case 'opens-later':
      return `opens ${selling.opensAt.toISOString()}`;
  }
}
