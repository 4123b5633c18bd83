/** Our own version: roles and tools should have the same. */
import { binaryVersion } from '../../version.js';
import type { Check } from '../check.js';
import { ok } from '../verdict.js';

export const ordersctl: Check = {
  id: 'versions.ordersctl',
  title: 'ordersctl',
  needs: [],
  look: () => ok(binaryVersion()),
};
