/** The version of the Temporal server. */
import { compareVersions } from '../../postgres/compare-versions.js';
import type { Check } from '../check.js';
import { failed, ok, warning, type Verdict } from '../verdict.js';

/** The first one in which updates, which wake our sagas, are on without being asked for. */
const OLDEST = '1.25.0';

/** @param version empty when the server does not say, as Temporal Cloud does */
export function judgeTemporalVersion(version: string): Verdict {
  const [plain] = /^\d+\.\d+\.\d+/.exec(version) ?? [];
  if (plain === undefined) return warning(version === '' ? 'it does not say' : version);
  if (compareVersions(plain, OLDEST) >= 0) return ok(version);
  return failed(
    `${version} is not supported: ${OLDEST} or newer is needed`,
    'temporal operator cluster system',
  );
}

export const temporal: Check = {
  id: 'versions.temporal',
  title: 'Temporal',
  needs: ['temporal'],
  async look({ stores }) {
    const { readTemporalVersion } = await import('../../temporal/read-server-version.js');
    return judgeTemporalVersion(await readTemporalVersion(await stores.temporal()));
  },
};
