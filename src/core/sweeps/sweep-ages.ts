/** How long each sweep leaves things to who is at them. The same by schedule and by hand. */

/** A saga that is at work finishes its own endings; what is older was left behind. */
export const ENDING_AGE_MS = 30_000;
/** The saga's own timer and wake-ups come first. */
export const GRACE_MS = 60_000;
/** Who decided that a payment is late or that money is due back may be about to act on it. */
export const PAYMENT_AGE_MS = 5_000;
/** From `POST /orders` to a begun saga it takes milliseconds; a worker that restarts takes a while. */
export const UNSTARTED_AGE_MS = 5 * 60_000;
