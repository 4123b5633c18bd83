/** Node, against the oldest that the binary runs on. */
import { compareVersions } from '../../postgres/compare-versions.js';
import type { Check } from '../check.js';
import { failed, ok, type Verdict } from '../verdict.js';

const OLDEST = '20.19.0';

export function judgeNode(version: string): Verdict {
  if (compareVersions(version, OLDEST) >= 0) return ok(version);
  return failed(`${version} is too old: ${OLDEST} or newer is needed`, `nvm install ${OLDEST}`);
}

export const node: Check = {
  id: 'versions.node',
  title: 'Node',
  needs: [],
  look: () => judgeNode(process.versions.node),
};
