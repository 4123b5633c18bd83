/** The command that mends each hop. Where a role does it by itself, the command is that role: it is what is missing. */
import type { Hop, OrderFacts } from './find-hop.js';

export interface MendableOrder extends Pick<OrderFacts, 'status' | 'closer'> {
  readonly orderId: string;
  readonly productId: string;
}

/** @returns to paste into a shell; null when there is nothing to mend, or no command mends it */
export function commandFor(hop: Hop, { status, closer, orderId, productId }: MendableOrder): string | null {
  switch (hop) {
    case 'not-published':
    case 'not-started':
    case 'workflow-gone':
    case 'overdue':
      return `ordersctl replay ${orderId}`;
    case 'queued':
      return 'ordersctl consume';
    case 'not-begun':
    case 'payment-unasked':
    case 'paid-not-confirmed':
    case 'payment-late':
    case 'refund-due':
      return 'ordersctl worker';
    case 'in-progress':
      return status === 'PENDING' ? 'ordersctl worker' : null;
    case 'needs-review':
      return 'ordersctl review';
    case 'hold-not-released':
      // A hold beside an ending that is done is a duplicate, of which the sweep of endings knows nothing.
      return closer?.holdDone ? auditOf(productId) : 'ordersctl worker';
    case 'hold-missing':
    case 'counter-off':
      return auditOf(productId);
    case 'not-loaded':
      return `ordersctl restore ${word(productId)}`;
    case 'unknown':
      return `ordersctl inspect ${orderId}`;
    case 'step-failing':
    case 'waiting-for-payment':
    case 'done':
      return null;
  }
}

function auditOf(productId: string): string {
  return `ordersctl audit --product ${word(productId)} --repair`;
}

/** A product id may hold what a shell would take apart. */
function word(text: string): string {
  return /^[\w.:@%+-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
