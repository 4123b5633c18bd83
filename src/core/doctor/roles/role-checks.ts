/** One line for each role. */
import { ROLES } from '../../names.js';
import type { Check } from '../check.js';
import { alive } from './alive.js';

export const ROLE_CHECKS: readonly Check[] = ROLES.map(alive);
