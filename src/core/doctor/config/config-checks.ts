/** What can be told without asking any store. */
import type { Check } from '../check.js';
import { identity } from './identity.js';
import { prefix } from './prefix.js';
import { production } from './production.js';
import { secretFiles } from './secret-files.js';
import { settings } from './settings.js';
import { unknownSettings } from './unknown-settings.js';

export const CONFIG_CHECKS: readonly Check[] = [
  settings,
  unknownSettings,
  secretFiles,
  production,
  prefix,
  identity,
];
