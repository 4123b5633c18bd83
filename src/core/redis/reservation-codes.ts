/**
 * The one table of what scripts answer. Positive: it was done, or is known. Zero: nothing was left to do.
 * Negative: a refusal that changed nothing. The Lua headers repeat the numbers; a test holds them to this table.
 */
export const CODES = {
  already: 0,
  done: 1,
  known: 2,
  ended: 3,
  notLoaded: -1,
  noPrice: -2,
  notOpenYet: -3,
  paused: -4,
  closed: -5,
  quantityLimit: -6,
  customerLimit: -7,
  soldOut: -8,
  badQuantity: -9,
  /** Redis works under another epoch than the caller. */
  otherEpoch: -10,
  /** What was staged for a load is not all there. */
  incomplete: -11,
  rateLimited: -12,
  /** What was to be replaced has become something else. */
  changedMeanwhile: -13,
} as const;

export type CodeName = keyof typeof CODES;
export type Code = (typeof CODES)[CodeName];

const NAMES = new Map<number, CodeName>(
  (Object.entries(CODES) as [CodeName, number][]).map(([name, code]) => [code, name]),
);

/** @returns the name of a code that a script answered; undefined for a number that no script may answer */
export function codeNameOf(code: unknown): CodeName | undefined {
  return typeof code === 'number' ? NAMES.get(code) : undefined;
}
