/** Reads a moment: a duration before now, or a time. */
import { parseDuration } from '../../core/duration.js';
import { AppError } from '../../core/errors.js';
import type { Moment } from '../../core/report/window.js';

const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * A day alone is its first moment in UTC. A time without a zone is refused: it would mean something else on every host.
 * @throws AppError USAGE
 */
export function parseMoment(text: string): Moment {
  if (/^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text.trim())) return { agoMs: parseDuration(text) };
  const at = new Date(TIME.test(text.trim()) ? text.trim() : NaN);
  if (Number.isNaN(at.getTime())) {
    throw new AppError('USAGE', `"${text}" is neither a duration nor a time`, {
      hint: 'Write 2h for two hours ago, or a time with its zone: 2026-11-27T09:00:00Z',
    });
  }
  return { at };
}
