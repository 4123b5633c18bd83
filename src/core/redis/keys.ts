/**
 * Every Redis key name of the product. All keys of a product share one hash tag, so that a script touches one
 * cluster slot; a prefix keeps tenants and tests apart.
 */

export interface ProductKeys {
  /** Counter of free units. Its absence means "not loaded". */
  readonly stock: string;
  /** `revision|active|amountMinor|currency`, the last two empty until priced. */
  readonly price: string;
  /** Hash: state, opensAt, closesAt, maxPerOrder, maxPerCustomer, revision, and the epoch of the load. */
  readonly sale: string;
  /** Hash reservationId → hold, see hold.ts. */
  readonly holds: string;
  /** Hash userId → units held or bought. */
  readonly limits: string;
  /** Hash: held (units in all holds), seeded and movements (how far the counter follows Postgres). */
  readonly totals: string;
  /** Mark of an ended reservation: the last generation that ended. Lives 24 h. */
  done(reservationId: string): string;
  /** Where a load gathers holds before they are switched in. */
  stagedHolds(epoch: number): string;
  stagedLimits(epoch: number): string;
}

/** @param prefix `ORDERSCTL_PREFIX`, mostly empty */
export function productKeys(prefix: string, productId: string): ProductKeys {
  const tag = `{${productId}}`;
  const key = (name: string) => prefixed(prefix, `${name}:${tag}`);
  return {
    stock: key('stock'),
    price: key('price'),
    sale: key('sale'),
    holds: key('holds'),
    limits: key('limits'),
    totals: key('totals'),
    done: (reservationId) => `${key('done')}:${reservationId}`,
    stagedHolds: (epoch) => `${key('holds')}:next:${epoch}`,
    stagedLimits: (epoch) => `${key('limits')}:next:${epoch}`,
  };
}

/** One tag for all: what a script takes from a customer and an address together lies in one cluster slot. */
export function rateKeys(
  prefix: string,
  caller: { userId: string; address: string },
): { customer: string; address: string } {
  const key = (name: string) => prefixed(prefix, `rate:{callers}:${name}`);
  return { customer: key(`customer:${caller.userId}`), address: key(`address:${caller.address}`) };
}

/** Written and forgotten, to see whether Redis takes writes. */
export function probeKey(prefix: string): string {
  return prefixed(prefix, 'probe');
}

/** The pub/sub channel that tells every `serve` which orders changed. */
export function orderChangesChannel(prefix: string): string {
  return prefixed(prefix, 'order-changes');
}

function prefixed(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}:${name}`;
}
