/** Options that the commands about dead letters share. */
import { Option } from '@commander-js/extra-typings';
import { DEAD_LETTER_REASONS } from '../../core/dead-letters/letter-headers.js';
import { parseLetterId } from '../../core/dead-letters/letter-id.js';
import type { LetterFilter } from '../../core/dead-letters/select-letters.js';
import { AppError } from '../../core/errors.js';

export interface FilterOptions {
  readonly cause?: readonly string[];
  readonly product?: readonly string[];
  /** Milliseconds. */
  readonly since?: number;
  /** Milliseconds. */
  readonly olderThan?: number;
}

export const causeOption = () =>
  new Option('--cause <cause>', 'only those buried for this; may be repeated, or several by comma').argParser(
    parseCauses,
  );

export const afterOption = () =>
  new Option('--after <letter>', 'only what comes after this letter, the last that was shown before');

/** @param ids as typed; none means all */
export function toFilter(ids: readonly string[], options: FilterOptions): LetterFilter {
  return {
    ...(ids.length > 0 && { ids: ids.map(parseLetterId) }),
    ...(options.cause && { causes: options.cause }),
    ...(options.product && { productIds: options.product }),
    ...(options.since !== undefined && { sinceMs: options.since }),
    ...(options.olderThan !== undefined && { olderThanMs: options.olderThan }),
  };
}

function parseCauses(text: string, earlier: string[] = []): string[] {
  const causes = text.split(',').map((part) => {
    const wanted = part.trim().toUpperCase().replaceAll('-', '_');
    const cause = DEAD_LETTER_REASONS.find((known) => known === wanted);
    if (!cause)
      throw new AppError('USAGE', `"${part}" is not a cause`, {
        hint: `One of ${DEAD_LETTER_REASONS.join(', ')}`,
      });
    return cause;
  });
  return [...earlier, ...causes];
}
