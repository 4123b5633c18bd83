/** Bounds the requests in hand, so that a flood of them waits neither in memory nor for a connection. */
import type { RequestHandler } from 'express';
import { AppError } from '../../core/errors.js';

const MAX_AT_ONCE = 1_000;

/**
 * Counts a request from its arrival to its answer; open event streams are bounded by their own registry.
 * @returns one limit, shared by the routes it is given to: reads and changes have one each, so that neither shuts out
 *   the other
 */
export function limitInHand(max = MAX_AT_ONCE): RequestHandler {
  let inHand = 0;
  return (_request, response, next) => {
    if (inHand >= max) throw new AppError('OVERLOADED', 'too many requests in hand');
    inHand += 1;
    response.once('close', () => (inHand -= 1));
    next();
  };
}
