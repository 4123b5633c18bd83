/** Products: seeded, priced, loaded, and sold by the rules that were set. */
import type { Check } from '../check.js';
import { limits } from './limits.js';
import { loaded } from './loaded.js';
import { prices } from './prices.js';
import { rules } from './rules.js';
import { sales } from './sales.js';
import { stock } from './stock.js';

export const PRODUCT_CHECKS: readonly Check[] = [stock, prices, loaded, rules, sales, limits];
