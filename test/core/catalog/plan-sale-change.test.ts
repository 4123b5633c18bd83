import { describe, expect, it } from 'vitest';
import { OPEN_TERMS } from '../../../src/core/catalog/effective-sale.js';
import { planSaleChange, type SaleIntent } from '../../../src/core/catalog/plan-sale-change.js';
import { SALE_STATES, type SaleState, type SaleTerms } from '../../../src/core/postgres/sale-row.js';

const now = new Date('2030-01-01T12:00:00Z');
const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const plan = (terms: Partial<SaleTerms> | null, intent: SaleIntent) =>
  planSaleChange('tee', terms && { ...OPEN_TERMS, ...terms }, intent, now);

const open: SaleIntent = { kind: 'open', evenClosed: true };
const openAll: SaleIntent = { kind: 'open', evenClosed: false };
const pause: SaleIntent = { kind: 'pause' };
const close: SaleIntent = { kind: 'close' };

describe('a change of state', () => {
  it.each<[string, SaleIntent, Record<SaleState, [SaleState, string]>]>([
    ['open', open, { OPEN: ['OPEN', 'unchanged'], PAUSED: ['OPEN', 'changed'], CLOSED: ['OPEN', 'changed'] }],
    [
      'open of all',
      openAll,
      { OPEN: ['OPEN', 'unchanged'], PAUSED: ['OPEN', 'changed'], CLOSED: ['CLOSED', 'left-closed'] },
    ],
    [
      'pause',
      pause,
      { OPEN: ['PAUSED', 'changed'], PAUSED: ['PAUSED', 'unchanged'], CLOSED: ['CLOSED', 'left-closed'] },
    ],
    [
      'close',
      close,
      { OPEN: ['CLOSED', 'changed'], PAUSED: ['CLOSED', 'changed'], CLOSED: ['CLOSED', 'unchanged'] },
    ],
  ])('%s moves each state where it should, and keeps window and limits', (_name, intent, expected) => {
    const rules = { opensAt: at(-1), closesAt: at(5), maxPerOrder: 2, maxPerCustomer: 4 };
    for (const state of SALE_STATES) {
      const { after, outcome } = plan({ state, ...rules }, intent);
      expect([after.state, outcome]).toEqual(expected[state]);
      expect(after).toMatchObject(rules);
    }
  });

  it('of a product without a sale begins with an open one', () => {
    expect(plan(null, open)).toMatchObject({ before: OPEN_TERMS, outcome: 'unchanged' });
    expect(plan(null, pause)).toMatchObject({ after: { state: 'PAUSED' }, outcome: 'changed' });
  });
});

describe('a change of rules', () => {
  it('leaves what is not named and takes away what is null', () => {
    const before = { opensAt: at(1), maxPerOrder: 2, maxPerCustomer: 4 };
    const { after } = plan(before, { kind: 'set', change: { maxPerOrder: null, closesAt: at(9) } });
    expect(after).toEqual({ ...OPEN_TERMS, ...before, maxPerOrder: null, closesAt: at(9) });
  });

  it('reckons times from now by the clock that decides', () => {
    const { after } = plan({}, { kind: 'set', change: { opensAt: { inMs: 60_000 } } });
    expect(after.opensAt).toEqual(at(1));
  });

  it.each([
    [{ opensAt: at(5) }, { closesAt: at(5) }],
    [{ closesAt: at(5) }, { opensAt: at(6) }],
    [{}, { opensAt: at(6), closesAt: at(5) }],
  ])('refuses a window that would end before it begins, wherever its ends come from', (before, change) => {
    expect(() => plan(before, { kind: 'set', change })).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID' }),
    );
  });
});

describe('the end of a sale', () => {
  const set = (change: object): SaleIntent => ({ kind: 'set', change });
  it.each<[string, Partial<SaleTerms>, SaleIntent, boolean]>([
    ['comes with close', {}, close, true],
    ['comes with the state by set', {}, set({ state: 'CLOSED' }), true],
    ['comes with a window that is over', {}, set({ closesAt: at(0) }), true],
    ['does not come with a window that is still open', {}, set({ closesAt: at(1) }), false],
    ['does not come twice', { closesAt: at(-1) }, close, false],
    ['does not come with a pause', {}, pause, false],
  ])('%s', (_name, before, intent, ends) => {
    expect(plan(before, intent).ends).toBe(ends);
  });
});
