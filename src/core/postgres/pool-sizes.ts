/** Connections to PostgreSQL that one replica of each role opens at most. */

export const POOL_SIZES = {
  /** One for the batch in flight, one for the probe: more gain nothing, since there is one batch at a time. */
  serveAccept: 2,
  /** Reads of orders, look-ups, relay and figures. */
  serveRead: 5,
  /** Two products at once, each with its lock and its look at the orders, and the guard. Opened when they are needed. */
  serveRebuild: 5,
  /** A chunk asks three times and is soon done; more than this many at once only queue in Postgres. */
  consume: 6,
  /** Six batchers with one call in flight each, the relay, the figures, and four for the sweeps; more only queue. */
  worker: 12,
} as const;
