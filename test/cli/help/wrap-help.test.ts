import { describe, expect, it } from 'vitest';
import { wrapHelp } from '../../../src/cli/help/wrap-help.js';

describe('wrapHelp', () => {
  it('leaves a text alone that fits', () => {
    const text = 'One line.\nAnother line.\n\nExamples:\n  $ ordersctl list   # all';
    expect(wrapHelp(text, 80)).toBe(text);
  });

  it('fills a paragraph again that is too wide, and no other', () => {
    const text = 'one two three four five six seven eight nine ten\neleven\n\nshort\nlines';
    expect(wrapHelp(text, 40)).toBe(
      'one two three four five six seven eight\nnine ten eleven\n\nshort\nlines',
    );
  });

  it('puts the remark of a long example above it, so that the command can be pasted', () => {
    expect(
      wrapHelp('Examples:\n  $ ordersctl sale pause --all --yes     # nothing is accepted from now on', 50),
    ).toBe('Examples:\n  # nothing is accepted from now on\n  $ ordersctl sale pause --all --yes');
  });

  it('goes on in the next line as a shell reads it, and breaks no quotes', () => {
    const text = "  $ ordersctl cancel 7f8e1c1e --reason 'customer called twice' --even-if-paid";
    expect(wrapHelp(text, 50)).toBe(
      "  $ ordersctl cancel 7f8e1c1e --reason \\\n      'customer called twice' --even-if-paid",
    );
  });
});
