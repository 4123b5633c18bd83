/** The go-live list of a product. */
import type { Check } from '../check.js';
import { drift } from './drift.js';
import { leftovers } from './leftovers.js';
import { limits } from './limits.js';
import { loaded } from './loaded.js';
import { memory } from './memory.js';
import { price } from './price.js';
import { looksAt } from './product-on-sale.js';
import { server } from './server.js';
import { stock } from './stock.js';
import { window } from './window.js';

const LIST = [price, stock, window, limits, loaded, server, drift, leftovers, memory] as const;

export function makeSaleChecks(productId: string): Check[] {
  const looks = looksAt(productId);
  return LIST.map((check) => check(looks));
}
