/** A text behind a label: on a terminal its words go on in further lines below it, in a pipe it is one whole line. */
import type { Output } from '../output/output.js';
import { wrapWords } from '../output/visible.js';

/** @param indent columns of the label */
export function within({ width }: Pick<Output, 'width'>, text: string, indent: number): string {
  if (width === undefined) return text;
  return wrapWords(text, Math.max(1, width - indent)).replaceAll('\n', `\n${' '.repeat(indent)}`);
}
