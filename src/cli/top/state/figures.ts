/** Which codes of role_stats make which figure on the screen. */
import { ERROR_CODES, type ErrorCode } from '../../../core/errors.js';

/** Rates on the screen, in the order an order passes them. */
export const FIGURES = [
  'accepted',
  'refused',
  'shed',
  'published',
  'started',
  'confirmed',
  'failed',
  'released',
  'retried',
] as const;
export type Figure = (typeof FIGURES)[number];

/** Latencies that roles measure, by the name they have in role_stats. */
export const ACCEPT_LATENCY = 'accept';
export const START_LATENCY = 'start';
export const CONFIRM_LATENCY = 'confirm';

/** Codes that roles count besides the error codes; those that are no figure (repeats, skips, sweeps) are absent. */
const COUNTED: Readonly<Record<string, Figure>> = {
  accepted: 'accepted',
  published: 'published',
  started: 'started',
  confirmed: 'confirmed',
  failed: 'failed',
  cancelled: 'failed',
  expired: 'failed',
  released: 'released',
  retried: 'retried',
};

/**
 * The figure a code belongs to, if any: a refusal is one by its error code, and one with a 5xx status is load turned
 * away, which calls for an operator where `SOLD_OUT` does not.
 */
export function figureOf(code: string): Figure | undefined {
  if (code in ERROR_CODES) return ERROR_CODES[code as ErrorCode].httpStatus >= 500 ? 'shed' : 'refused';
  return COUNTED[code];
}
