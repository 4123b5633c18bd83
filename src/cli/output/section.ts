/** A heading with labelled lines under it. */
import type { Colours } from './colours.js';

export type Line = readonly [label: string, value: string];

/** @returns nothing for no lines */
export function section(colours: Colours, title: string, lines: readonly Line[]): string {
  if (lines.length === 0) return '';
  const width = Math.max(...lines.map(([label]) => label.length));
  const body = lines.map(([label, value]) => `  ${colours.faint(label.padEnd(width))}  ${value}`);
  return [colours.heading(title), ...body].join('\n');
}
