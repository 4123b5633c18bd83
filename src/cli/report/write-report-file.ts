/** Writes a report to a file: all of it or nothing, and never over another one by accident. */
import { link, rename, unlink, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { AppError } from '../../core/errors.js';

/**
 * The text is written beside the file and takes its name when it is complete.
 * @throws AppError REFUSED when the file is there and `force` is not given; USAGE when it cannot be written
 */
export async function writeReportFile(
  target: { readonly cwd: string; readonly file: string; readonly force: boolean },
  text: string,
): Promise<void> {
  const path = resolve(target.cwd, target.file);
  const draft = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    await writeFile(draft, text, { flag: 'wx' });
    if (target.force) await rename(draft, path);
    // A link fails where a name is taken, also by a file that was made this very moment.
    else await link(draft, path);
  } catch (error) {
    throw toFileError(error, target.file);
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

/** Before a long reading, so that it is not done in vain. */
export function takenError(file: string): AppError {
  return new AppError('REFUSED', `${file} is there already; nothing was written`, {
    hint: 'Choose another name, or write over it with --force',
  });
}

function toFileError(error: unknown, file: string): AppError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST') return takenError(file);
  const why = error instanceof Error ? error.message : String(error);
  return new AppError('USAGE', `${file} cannot be written: ${why}`, {
    hint: 'Check that the folder is there and may be written to',
    cause: error,
  });
}
