import { describe, expect, it } from 'vitest';
import { actionText } from '../../../../src/cli/top/sources/action-text.js';

const action = { actionId: '1', at: new Date(0), actor: 'anna', host: 'ops-1', command: 'sale pause' };

describe('what an operator did', () => {
  it.each([
    [{ products: ['mug'] }, 'wrong price', 'sale pause mug by anna on ops-1: wrong price'],
    [{ orderIds: ['a', 'b', 'c'] }, null, 'sale pause a, b and 1 more by anna on ops-1'],
    [{ products: 'all' }, null, 'sale pause by anna on ops-1'],
    [{ products: 4, operationId: 'restock-1' }, null, 'sale pause restock-1 by anna on ops-1'],
    [null, null, 'sale pause by anna on ops-1'],
  ])('is told with what it was about, as far as %j names it', (asked, reason, text) => {
    expect(actionText({ ...action, arguments: asked, reason })).toBe(text);
  });
});
