/** Bounds the reads in hand, so that a flood of them waits neither in memory nor for a connection. */
import type { RequestHandler } from 'express';
import { AppError } from '../../core/errors.js';

const MAX_READS_AT_ONCE = 1_000;

/** Counts a request from its arrival to its answer; open event streams are bounded by their own registry. */
export function limitReads(max = MAX_READS_AT_ONCE): RequestHandler {
  let reading = 0;
  return (_request, response, next) => {
    if (reading >= max) throw new AppError('OVERLOADED', 'too many reads at once');
    reading += 1;
    response.once('close', () => (reading -= 1));
    next();
  };
}
