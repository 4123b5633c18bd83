/** How much is done with dead letters at a time, and how often. */

/** Letters that one command of an operator takes. */
export const MAX_LETTERS = 10_000;

/** A letter that came back this often comes back again, until its cause is mended. */
export const MAX_REPLAYS = 3;
