/** The end of a command that has printed what it knows although Redis did not answer. */
import { AppError } from '../core/errors.js';

/**
 * @param what is so meanwhile
 * @throws AppError UNAVAILABLE
 */
export function assertRedisAnswered(
  report: { readonly unavailable?: readonly string[] },
  what: string,
  hint = 'Run the same command again when it answers: ordersctl config show --origin tells which Redis is meant',
): void {
  if (report.unavailable) throw new AppError('UNAVAILABLE', `Redis is away: ${what}`, { hint });
}
