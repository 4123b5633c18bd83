/** Whether a name of ours is misspelt: what it should have set keeps its default, and nobody notices. */
import type { Check } from '../check.js';
import { ok, warning, type Verdict } from '../verdict.js';

/** @param warnings as `examineConfig` gives them */
export function judgeUnknown(warnings: readonly string[]): Verdict {
  if (warnings.length === 0) return ok('none');
  const names = warnings.map((line) => line.replace(/\.? ordersctl help environment lists them all$/, ''));
  return warning(names.join('; '), 'ordersctl help environment');
}

export const unknownSettings: Check = {
  id: 'config.unknown',
  title: 'unknown settings',
  needs: [],
  look: ({ examined }) => judgeUnknown(examined.warnings),
};
