/** A heading with labelled lines under it. */
import type { Output } from './output.js';
import { wrapWords } from './visible.js';

/** `whole`: to be pasted, so it is never broken. */
export type Line = readonly [label: string, value: string, whole?: 'whole'];

const INDENT = 2;
const LEAST = 20;

/** On a terminal a value goes on under itself where it does not fit. @returns nothing for no lines */
export function section(
  { colours, width }: Pick<Output, 'colours' | 'width'>,
  title: string,
  lines: readonly Line[],
): string {
  if (lines.length === 0) return '';
  const longest = Math.max(...lines.map(([label]) => label.length));
  const before = INDENT + longest + INDENT;
  const room = width === undefined ? Infinity : Math.max(LEAST, width - before);
  const body = lines.map(([label, value, whole]) => {
    const text = whole ? value : wrapWords(value, room).replaceAll('\n', `\n${' '.repeat(before)}`);
    return `${' '.repeat(INDENT)}${colours.faint(label.padEnd(longest))}${' '.repeat(INDENT)}${text}`;
  });
  return [colours.heading(title), ...body].join('\n');
}
