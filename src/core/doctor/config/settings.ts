/** Whether every setting can be used. */
import type { ExaminedConfig } from '../../config/load-config.js';
import type { Check } from '../check.js';
import { failed, ok, type Verdict } from '../verdict.js';

export function judgeSettings({ problems, origins }: Pick<ExaminedConfig, 'problems' | 'origins'>): Verdict {
  if (problems.length > 0) return failed(problems.join('; '), 'ordersctl help environment');
  const all = Object.values(origins);
  const given = all.filter((origin) => origin !== 'default' && origin !== 'unset').length;
  return ok(`${given} of ${all.length} settings are given, the others have their defaults`);
}

export const settings: Check = {
  id: 'config.settings',
  title: 'settings',
  needs: [],
  look: ({ examined }) => judgeSettings(examined),
};
