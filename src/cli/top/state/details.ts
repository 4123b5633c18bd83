/** What is looked at beside the four stores' own figures: always for the overview, or only while a view shows it. */
import type { SaleState } from '../../../core/postgres/sale-row.js';
import type { TroubledProduct } from '../../../core/postgres/count-troubled-orders.js';
import type { LiveReplica } from '../../../core/postgres/find-live-replicas.js';
import type { OrderStatus } from '../../../core/order.js';
import type { Hop } from '../../../core/triage/hops.js';

/** catalog and letters belong to the overview; the others to the view of their name, or to one order. */
export const DETAILS = ['catalog', 'letters', 'orders', 'stuck', 'partitions', 'order'] as const;
export type DetailName = (typeof DETAILS)[number];

/** Times are milliseconds by Postgres's clock. */
export interface SaleLine {
  readonly productId: string;
  readonly state: SaleState;
  readonly opensAt: number | null;
  readonly closesAt: number | null;
  readonly changedAt: number | null;
}

export interface ActionLine {
  readonly actionId: string;
  readonly at: number;
  /** One line: who did what where, and why. */
  readonly text: string;
}

export interface CatalogLook {
  /** Postgres's clock, milliseconds. */
  readonly clock: number;
  readonly sales: readonly SaleLine[];
  readonly troubled: readonly TroubledProduct[];
  /** Newest first. */
  readonly actions: readonly ActionLine[];
}

export interface LettersLook {
  /** Dead letters that the topic holds. */
  readonly stored: number;
  /** Those that nobody has replayed or dropped. */
  readonly open: number;
  /** Letters ever written: what it has risen by is new. */
  readonly written: number;
}

export interface OrderLine {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly productId: string;
  readonly quantity: number;
  /** With its currency. */
  readonly amount: string;
  /** In the minor unit, for sorting. */
  readonly amountMinor: number;
  readonly userId: string;
  readonly paid: boolean;
  readonly failureCode: string | null;
  /** Milliseconds by Postgres's clock. */
  readonly createdAt: number;
}

export interface OrdersLook {
  /** Newest first. */
  readonly orders: readonly OrderLine[];
}

export interface StuckLine extends OrderLine {
  readonly hop: Hop;
  readonly summary: string;
  /** To paste; null where no command mends it. */
  readonly command: string | null;
}

export interface StuckLook {
  /** Oldest first. */
  readonly orders: readonly StuckLine[];
  /** False when there are more than were looked at. */
  readonly complete: boolean;
  /** Stores that could not be asked: what stands behind them is not told. */
  readonly away: readonly string[];
}

/** Offsets are 64 bit, so strings. */
export interface PartitionLine {
  readonly topic: string;
  readonly group: string;
  readonly partition: number;
  readonly high: string;
  /** Null when the group never committed. */
  readonly committed: string | null;
  readonly lag: number;
  /** Whether a member of the group reads it. */
  readonly isRead: boolean;
}

export interface GroupLine {
  readonly group: string;
  /** As Kafka calls it, such as Stable or Empty. */
  readonly state: string;
  readonly members: number;
}

export interface PartitionsLook {
  readonly partitions: readonly PartitionLine[];
  readonly groups: readonly GroupLine[];
  /** Null while Postgres is away. */
  readonly replicas: readonly LiveReplica[] | null;
}

export interface OrderLook {
  readonly orderId: string;
  readonly productId: string | null;
  /** As `inspect` prints them. */
  readonly lines: readonly string[];
}

export interface Looks {
  readonly catalog: CatalogLook;
  readonly letters: LettersLook;
  readonly orders: OrdersLook;
  readonly stuck: StuckLook;
  readonly partitions: PartitionsLook;
  readonly order: OrderLook;
}

export type DetailSample = {
  [Name in DetailName]: { readonly source: Name; readonly look: Looks[Name] };
}[DetailName];

export function isDetail(name: string): name is DetailName {
  return (DETAILS as readonly string[]).includes(name);
}
