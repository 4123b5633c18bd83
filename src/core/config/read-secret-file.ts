/** Any secret may come from a file, as containers mount them: DATABASE_URL_FILE=/run/secrets/url. */
import { readFileSync } from 'node:fs';

/** @param name of what names the file. @returns undefined, and one problem more, when it cannot be read */
export function readSecretFile(name: string, path: string, problems: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    problems.push(`${name}: cannot read ${path} (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
    return undefined;
  }
}
