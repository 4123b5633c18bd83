/** The guard of read-only contexts, for commands that change something and for roles, which do so all the time. */
import type { Config } from '../../core/config/schema.js';
import { AppError } from '../../core/errors.js';

/** @throws AppError REFUSED */
export function assertNotReadOnly(
  { context, readOnly }: Pick<Config, 'context' | 'readOnly'>,
  command: string,
  hint: string,
): void {
  if (!readOnly) return;
  const what = context === undefined ? 'this' : `context ${context}`;
  throw new AppError(
    'REFUSED',
    `${command} would change something, and ${what} is read-only; nothing was changed`,
    { hint },
  );
}
