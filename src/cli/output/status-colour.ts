/** The colour of an order's status: always beside the word, never instead of it. */
import type { OrderStatus } from '../../core/order.js';
import type { Colours } from './colours.js';

export function colourOfStatus(colours: Colours, status: OrderStatus): string {
  switch (status) {
    case 'CONFIRMED':
      return colours.good(status);
    case 'FAILED':
    case 'CANCELLED':
    case 'EXPIRED':
      return colours.bad(status);
    case 'PENDING':
    case 'INVENTORY_RESERVED':
    case 'PAYMENT_PENDING':
    case 'PAYMENT_CONFIRMED':
      return colours.warning(status);
  }
}
