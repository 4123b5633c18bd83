/** Tells "Redis is away" from every other failure, so that what Postgres knows is still answered. */
import { AppError } from '../errors.js';

export function isRedisAway(error: unknown): boolean {
  return error instanceof AppError && error.code === 'UNAVAILABLE' && error.context['dependency'] === 'redis';
}
