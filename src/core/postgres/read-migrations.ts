/** The migrations that this binary carries: numbered SQL files, each naming the oldest binary that works with it. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { AppError } from '../errors.js';

export interface Migration {
  /** File name without suffix, such as `0001-tables`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hex: an applied migration must never change. */
  readonly sha256: string;
  /** Binaries older than this refuse to run once it is applied. */
  readonly oldestBinary: string;
}

/** The same distance from src/core/postgres and from dist/core/postgres. */
const FOLDER = new URL('../../../migrations/', import.meta.url);

/**
 * @param folder URL ending in a slash; the binary's own by default
 * @returns in the order in which they apply
 * @throws AppError INTERNAL for a file without the header or with a number that is taken or left out
 */
export async function readMigrations(folder: URL = FOLDER): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file, index) => {
      const sql = await readFile(new URL(file, folder), 'utf8');
      const oldestBinary = /^-- oldest-binary: (\d+\.\d+\.\d+)\n/.exec(sql)?.[1];
      if (oldestBinary === undefined)
        throw new AppError('INTERNAL', `${file} does not begin with "-- oldest-binary: x.y.z"`);
      if (!file.startsWith(`${String(index + 1).padStart(4, '0')}-`)) {
        throw new AppError('INTERNAL', `${file} is not number ${index + 1} of the migrations`);
      }
      return {
        name: file.slice(0, -'.sql'.length),
        sql,
        sha256: createHash('sha256').update(sql).digest('hex'),
        oldestBinary,
      };
    }),
  );
}
