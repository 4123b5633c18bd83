import { expect, it } from 'vitest';
import { createColours } from '../../../src/cli/output/colours.js';
import { section, type Line } from '../../../src/cli/output/section.js';

const colours = createColours(false);
const LINES: readonly Line[] = [
  ['why', 'the gateway has refused the refund of 7f8e1c1e-0d2b-4a53-9c65-5b1f3f0e9a77 twice'],
  ['command', 'ordersctl inspect 7f8e1c1e-0d2b-4a53-9c65-5b1f3f0e9a77', 'whole'],
];

it('goes on under itself on a terminal, between words, and never within what somebody may want to copy', () => {
  expect(section({ colours, width: 40 }, 'Title', LINES).split('\n')).toEqual([
    'Title',
    '  why      the gateway has refused the',
    '           refund of',
    '           7f8e1c1e-0d2b-4a53-9c65-5b1f3f0e9a77',
    '           twice',
    '  command  ordersctl inspect 7f8e1c1e-0d2b-4a53-9c65-5b1f3f0e9a77',
  ]);
});

it('keeps its lines whole in a pipe, and says nothing for no lines', () => {
  expect(section({ colours, width: undefined }, 'Title', LINES).split('\n')).toHaveLength(3);
  expect(section({ colours, width: undefined }, 'Title', [])).toBe('');
});
