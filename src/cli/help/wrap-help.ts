/** Makes help texts fit the width: paragraphs are filled again, examples stay commands that can be pasted. */

/** Narrower than this nothing is readable any more, so the terminal may break lines as it likes. */
const NARROWEST = 40;
const CONTINUATION = '      ';

/** A text that fits is returned as it is. */
export function wrapHelp(text: string, width: number): string {
  if (width < NARROWEST) return text;
  const out: string[] = [];
  let paragraph: string[] = [];
  const flush = () => {
    out.push(
      ...(paragraph.some((line) => line.length > width) ? fill(paragraph.join(' '), width) : paragraph),
    );
    paragraph = [];
  };
  for (const line of text.split('\n')) {
    if (isProse(line)) {
      paragraph.push(line);
      continue;
    }
    flush();
    if (line.length <= width) out.push(line);
    else out.push(...(/^ *\$ /.test(line) ? wrapExample(line, width) : wrapIndented(line, width)));
  }
  flush();
  return out.join('\n');
}

/** Headings such as `Examples:` stand alone. */
function isProse(line: string): boolean {
  return /^\S/.test(line) && !/^[A-Z][\w ]*:$/.test(line);
}

function wrapIndented(line: string, width: number): string[] {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return fill(line.trim(), width - indent.length).map((part) => indent + part);
}

function fill(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Its remark goes above it; a command that is still too long goes on in the next line, as a shell reads it. */
function wrapExample(line: string, width: number): string[] {
  const [, command = line, remark] = /^(.*?\S) {2,}(# .*)$/.exec(line) ?? [];
  const indent = /^ */.exec(line)?.[0] ?? '';
  const above = remark === undefined ? [] : [`${indent}${remark}`];
  const lines = [...above];
  let rest = command;
  while (rest.length > width) {
    const at = lastBreak(rest, width - 2);
    if (at === undefined) break;
    lines.push(`${rest.slice(0, at)} \\`);
    rest = CONTINUATION + rest.slice(at + 1);
  }
  return [...lines, rest];
}

/** The last space up to `limit` that is in no quotes. */
function lastBreak(text: string, limit: number): number | undefined {
  let quote: string | undefined;
  let found: number | undefined;
  const start = text.length - text.trimStart().length;
  for (let at = start; at <= limit && at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote !== undefined) quote = char === quote ? undefined : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === ' ' && at > start + 1) found = at;
  }
  return found;
}
