/** Text as it is seen: without the codes that colour it. */

// eslint-disable-next-line no-control-regex -- escape sequences are made of control characters
const CODE = /\u001b\[[0-9;]*m/g;
// eslint-disable-next-line no-control-regex -- as above
const PAINTED = /^((?:\u001b\[[0-9;]*m)+)([^\u001b]*)((?:\u001b\[[0-9;]*m)+)$/;

export function stripColour(text: string): string {
  return text.replace(CODE, '');
}

export function visibleWidth(text: string): number {
  return Math.max(
    ...stripColour(text)
      .split('\n')
      .map((line) => line.length),
  );
}

/** Breaks at spaces, in as many lines as it takes; a coloured text is coloured in each. A longer word stays whole. */
export function wrapWords(text: string, width: number): string {
  if (visibleWidth(text) <= width) return text;
  const [, open = '', inner = stripColour(text), close = ''] = PAINTED.exec(text) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const word of inner.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => `${open}${one}${close}`).join('\n');
}

/** Of the longest word. */
export function longestWord(text: string): number {
  return Math.max(
    ...stripColour(text)
      .split(/\s/)
      .map((word) => word.length),
  );
}
