/** Whether the files that hold secrets can be read, and by whom else. */
import { stat } from 'node:fs/promises';
import { SETTINGS } from '../../config/schema.js';
import type { Check, Sources } from '../check.js';
import { countOf } from '../name-some.js';
import { failed, ok, warning, type Verdict } from '../verdict.js';

export interface SecretFile {
  /** The variable that names it. */
  readonly name: string;
  readonly path: string;
  /** Permission bits; null when it cannot be looked at. */
  readonly mode: number | null;
}

const OTHERS_READ = 0o004;

export function judgeSecretFiles(files: readonly SecretFile[]): Verdict {
  const missing = files.filter(({ mode }) => mode === null);
  if (missing.length > 0) {
    const named = missing.map(({ name, path }) => `${name}: cannot read ${path}`);
    return failed(named.join('; '), `ls -l ${missing[0]?.path ?? ''}`);
  }
  const open = files.filter(({ mode }) => ((mode ?? 0) & OTHERS_READ) !== 0);
  if (open.length > 0) {
    const paths = open.map(({ path }) => path);
    return warning(
      `readable by everybody on this machine: ${paths.join(', ')}`,
      `chmod o-r ${paths.join(' ')}`,
    );
  }
  return ok(
    files.length === 0 ? 'no setting comes from a file' : `${countOf(files.length, 'file')} readable`,
  );
}

async function findSecretFiles({ env }: Sources): Promise<SecretFile[]> {
  const named = Object.values(SETTINGS).flatMap((setting) => {
    const name = `${setting.env}_FILE`;
    const path = env[name];
    return path ? [{ name, path }] : [];
  });
  return Promise.all(
    named.map(async (file) => ({
      ...file,
      mode: await stat(file.path).then(
        (found) => found.mode,
        () => null,
      ),
    })),
  );
}

export const secretFiles: Check = {
  id: 'config.secret-files',
  title: 'secret files',
  needs: [],
  look: async (sources) => judgeSecretFiles(await findSecretFiles(sources)),
};
