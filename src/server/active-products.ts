/** The products that buyers ask this process for, so that figures by product stay few however many are in the catalog. */

const MAX_PRODUCTS = 100;
const ACTIVE_MS = 900_000;

export interface ActiveProducts {
  /** @param productId of a product that exists */
  saw(productId: string): void;
  /** Those seen in the last 15 minutes, at most 100. */
  list(): string[];
}

/** @param now ms of a clock that only goes forward */
export function createActiveProducts(now: () => number = () => performance.now()): ActiveProducts {
  /** In the order in which they were seen last. */
  const seenAt = new Map<string, number>();

  function forgetOldest(): void {
    const oldest = seenAt.keys().next();
    if (!oldest.done) seenAt.delete(oldest.value);
  }

  return {
    saw(productId) {
      seenAt.delete(productId);
      seenAt.set(productId, now());
      if (seenAt.size > MAX_PRODUCTS) forgetOldest();
    },
    list() {
      const since = now() - ACTIVE_MS;
      for (const at of seenAt.values()) {
        if (at > since) break;
        forgetOldest();
      }
      return [...seenAt.keys()];
    },
  };
}
