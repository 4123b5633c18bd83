/** Works out what product events make of one product: which are news, and what it is afterwards. */
import { AppError } from '../errors.js';
import type { DatedProduct, Moment } from '../postgres/lock-dated-products.js';
import { priceOfEvent } from './price-of-event.js';
import type { ProductEvent } from './product-event.js';

/** `older`: something later is known already. `repeated`: this very event was applied before. */
export type EventOutcome =
  | { readonly kind: 'applied' | 'older' | 'repeated' }
  | { readonly kind: 'refused'; readonly detail: string };

export interface PlannedProduct {
  /** Undefined when nothing was applied. */
  readonly after: DatedProduct | undefined;
  readonly outcomes: ReadonlyMap<ProductEvent, EventOutcome>;
}

export interface EventRules {
  readonly defaultCurrency: string | undefined;
  /** By Postgres. */
  readonly now: Date;
}

type Standing = 'news' | 'older' | 'repeated';

/** Clocks of different hosts are this far apart at most; a later event would shut out all others until then. */
const AHEAD_MS = 300_000;
/** Events of one millisecond that are told apart; more of one product than any source sends. */
const SAME_MOMENT = 20;
const NEW_PRODUCT = { price: null, active: true, priced: null, switched: null } as const;

/** @param known undefined for a product that is not there yet. @param events of this product, as they arrived */
export function planProductEvents(
  known: DatedProduct | undefined,
  events: readonly ProductEvent[],
  rules: EventRules,
): PlannedProduct {
  let product = known;
  let after: DatedProduct | undefined;
  const outcomes = new Map<ProductEvent, EventOutcome>();
  for (const event of events) {
    const [outcome, changed] = planEvent(product, event, rules);
    outcomes.set(event, outcome);
    if (changed) product = after = changed;
  }
  return { after, outcomes };
}

/** Name and price on one side, activity on the other: an event may be news on one and out of date on the other. */
function planEvent(
  known: DatedProduct | undefined,
  event: ProductEvent,
  { defaultCurrency, now }: EventRules,
): [EventOutcome, DatedProduct?] {
  const { productId, occurredAt } = event;
  if (occurredAt.getTime() > now.getTime() + AHEAD_MS) {
    return [
      { kind: 'refused', detail: `it happened at ${occurredAt.toISOString()}, which is still to come` },
    ];
  }
  const before = known ?? { ...NEW_PRODUCT, productId, name: productId };
  const active = activityOf(event);
  const ofPrice = event.price && standingOf(before.priced, event);
  const ofActivity = active === undefined ? undefined : standingOf(before.switched, event);
  if (ofPrice !== 'news' && ofActivity !== 'news') {
    return [{ kind: [ofPrice, ofActivity].includes('repeated') ? 'repeated' : 'older' }];
  }
  let after: DatedProduct = before;
  try {
    if (event.price && ofPrice === 'news') {
      const price = priceOfEvent(event.price, before.price, defaultCurrency);
      after = { ...after, name: event.name ?? before.name, price, priced: nextMoment(before.priced, event) };
    }
  } catch (error) {
    if (error instanceof AppError) return [refusedBy(error)];
    throw error;
  }
  if (active !== undefined && ofActivity === 'news') {
    after = { ...after, active, switched: nextMoment(before.switched, event) };
  }
  return [{ kind: 'applied' }, after];
}

function standingOf(moment: Moment | null, { occurredAt, digest }: ProductEvent): Standing {
  if (!moment || occurredAt > moment.at) return 'news';
  if (occurredAt < moment.at) return 'older';
  return moment.by.includes(digest) ? 'repeated' : 'news';
}

function nextMoment(moment: Moment | null, { occurredAt, digest }: ProductEvent): Moment {
  const same = moment?.at.getTime() === occurredAt.getTime() ? moment.by : [];
  return { at: occurredAt, by: [...same, digest].slice(-SAME_MOMENT) };
}

/** An event that says both, DEACTIVATED and active, stops the sale: the one mistake that can be made good. */
function activityOf({ eventType, active }: ProductEvent): boolean | undefined {
  if (eventType === 'DEACTIVATED') return false;
  return eventType === 'CREATED' ? (active ?? true) : active;
}

function refusedBy({ message, hint }: AppError): EventOutcome {
  return { kind: 'refused', detail: hint ? `${message}. ${hint}` : message };
}
