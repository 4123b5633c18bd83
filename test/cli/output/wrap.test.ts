import { expect, it } from 'vitest';
import { wrap } from '../../../src/cli/output/wrap.js';

it('breaks between words, and never within what somebody may want to copy', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('see 7f8e1c1e-0d2b-4a53 now', 5)).toEqual(['see', '7f8e1c1e-0d2b-4a53', 'now']);
  expect(wrap('one two', Infinity)).toEqual(['one two']);
});
