import { expect, it } from 'vitest';
import { OPEN_TERMS } from '../../../src/core/catalog/effective-sale.js';
import { sellingStateOf } from '../../../src/core/catalog/selling-state.js';

const now = new Date('2026-11-27T10:00:00Z');
const later = new Date('2026-11-27T11:00:00Z');
const open = { active: true, price: { amountMinor: 1, currency: 'EUR' }, stock: {}, sale: null };
const sale = { productId: 'tee', ...OPEN_TERMS, revision: 1 };

it.each([
  ['open without a sale row', open, 'open'],
  ['open with one', { ...open, sale }, 'open'],
  ['without stock', { ...open, stock: null }, 'no-stock'],
  ['without price', { ...open, price: null }, 'no-price'],
  ['deactivated', { ...open, active: false }, 'not-active'],
  ['paused', { ...open, sale: { ...sale, state: 'PAUSED' as const } }, 'paused'],
  ['closed', { ...open, price: null, sale: { ...sale, state: 'CLOSED' as const } }, 'closed'],
  ['past its window', { ...open, sale: { ...sale, closesAt: now } }, 'closed'],
  ['before its window', { ...open, sale: { ...sale, opensAt: later } }, 'opens-later'],
  ['inside its window', { ...open, sale: { ...sale, opensAt: now, closesAt: later } }, 'open'],
])('says of a product %s that it is %3$s', (_what, product, state) => {
  expect(sellingStateOf(product, now).state).toBe(state);
});
