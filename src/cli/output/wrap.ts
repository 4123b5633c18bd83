/** Breaks text between words, so that it can be indented as a block. */

/**
 * @param width columns of one line; words that are longer stand alone, uncut, so that they can be copied
 * @returns the lines
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
