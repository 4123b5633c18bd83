import { describe, expect, it } from 'vitest';
import { listedRows, selectedRow } from '../../../../src/cli/top/rows/listed-rows.js';
import type { TopState } from '../../../../src/cli/top/state/model.js';
import type { TopAction } from '../../../../src/cli/top/state/reducer.js';
import { after, answered, orderLine, saleInProgress } from '../sale-in-progress.js';

const orders = (...ns: readonly number[]) =>
  answered({ source: 'orders', look: { orders: ns.map((n) => orderLine(n, { quantity: 10 - n })) } });
const opened = (...more: readonly TopAction[]) =>
  after(saleInProgress({ screen: 'orders' }), orders(1, 2, 3), ...more);
const down: TopAction = { type: 'move', by: 1, unit: 'row' };
const ids = (state: TopState) => listedRows(state).rows.map(({ id }) => Number(id.slice(-3)));
const selected = (state: TopState) => Number(selectedRow(state)?.id.slice(-3));

describe('a list', () => {
  it('keeps its selection on the order, not on the place, while others come before it', () => {
    const state = opened(down);
    expect(selected(state)).toBe(2);
    expect(selected(after(state, orders(9, 8, 1, 2, 3)))).toBe(2);
  });

  it('selects what stands in the place of an order that is gone', () => {
    expect(selected(opened(down, orders(1, 3)))).toBe(3);
    expect(selected(opened(down, down, orders(1)))).toBe(1);
  });

  it('sorts numbers as numbers, turns round, and comes back to the order of reading', () => {
    const sort: TopAction = { type: 'sortNext' };
    const byQuantity = opened(sort, sort, sort, sort);
    expect(ids(byQuantity)).toEqual([3, 2, 1]);
    expect(ids(after(byQuantity, { type: 'reverse' }))).toEqual([1, 2, 3]);
    const columns = listedRows(byQuantity).columns.length;
    const round = opened(...Array.from({ length: columns + 1 }, () => sort));
    expect(round.view.lists.orders.sort).toBeNull();
  });

  it('finds what is typed in ids, statuses, products and customers', () => {
    const filtered = (text: string) => ids(opened({ type: 'filterTyped', text }));
    expect(filtered('CUSTOMER-2')).toEqual([2]);
    expect(filtered('confirmed')).toEqual([1, 2, 3]);
    expect(filtered('nothing')).toEqual([]);
  });

  it('has filter and selection of its own for each view', () => {
    const state = opened({ type: 'filterTyped', text: 'x' }, { type: 'goTo', screen: 'overview' });
    expect(listedRows(state).rows).toHaveLength(2);
  });

  it('stays within its ends', () => {
    expect(selected(opened({ type: 'move', by: -5, unit: 'page' }))).toBe(1);
    expect(selected(opened({ type: 'move', by: Infinity, unit: 'row' }))).toBe(3);
    expect(selectedRow(after(saleInProgress({ screen: 'stuck' }), down))).toBeUndefined();
  });
});
