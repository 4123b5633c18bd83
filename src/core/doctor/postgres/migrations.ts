/** Whether the tables are those of this binary. */
import type { AppliedMigration } from '../../postgres/check-schema.js';
import { compareVersions } from '../../postgres/compare-versions.js';
import type { Migration } from '../../postgres/read-migrations.js';
import { binaryVersion } from '../../version.js';
import type { Check } from '../check.js';
import { nameSome } from '../name-some.js';
import { failed, ok, warning, type Verdict } from '../verdict.js';

type Known = Pick<Migration, 'name' | 'sha256'>;

export function judgeMigrations(
  applied: readonly AppliedMigration[],
  known: readonly Known[],
  version: string,
): Verdict {
  const tooNew = applied.find((row) => compareVersions(row.oldestBinary, version) > 0);
  if (tooNew) {
    return failed(
      `${tooNew.name} needs ordersctl ${tooNew.oldestBinary} or newer; this is ${version}`,
      `npm install -g ordersctl@${tooNew.oldestBinary}`,
    );
  }
  const missing = known.filter(({ name }) => !applied.some((row) => row.name === name));
  if (missing.length > 0) {
    const names = nameSome(missing.map(({ name }) => name));
    return failed(`${missing.length} of ${known.length} are missing: ${names}`, 'ordersctl migrate');
  }
  const changed = known.filter(({ name, sha256 }) =>
    applied.some((row) => row.name === name && row.sha256 !== sha256),
  );
  if (changed.length > 0) {
    const names = nameSome(changed.map(({ name }) => name));
    return failed(`changed after they had been applied: ${names}`, 'ordersctl version');
  }
  const newer = applied.filter(({ name }) => !known.some((one) => one.name === name));
  if (newer.length > 0) {
    const names = nameSome(newer.map(({ name }) => name));
    return warning(`a newer ordersctl has applied ${names}; this one still works`, 'ordersctl version');
  }
  return ok(`all ${known.length} applied`);
}

export const migrations: Check = {
  id: 'postgres.migrations',
  title: 'migrations',
  needs: ['postgres'],
  async look({ stores }) {
    const [{ findAppliedMigrations }, { readMigrations }] = await Promise.all([
      import('../../postgres/check-schema.js'),
      import('../../postgres/read-migrations.js'),
    ]);
    const applied = await findAppliedMigrations(await stores.postgres());
    return judgeMigrations(applied, await readMigrations(), binaryVersion());
  },
};
