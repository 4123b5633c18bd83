/** The characters of the screen that are not text, for terminals with Unicode and for those without. */

/** Border parts under the names that Ink's `borderStyle` knows. */
export interface Border {
  readonly topLeft: string;
  readonly top: string;
  readonly topRight: string;
  readonly right: string;
  readonly bottomRight: string;
  readonly bottom: string;
  readonly bottomLeft: string;
  readonly left: string;
}

export interface Symbols {
  readonly border: Border;
  readonly ellipsis: string;
  readonly arrow: string;
  readonly separator: string;
}

const UNICODE: Symbols = {
  border: {
    topLeft: '┌',
    top: '─',
    topRight: '┐',
    right: '│',
    bottomRight: '┘',
    bottom: '─',
    bottomLeft: '└',
    left: '│',
  },
  ellipsis: '…',
  arrow: '→',
  separator: '·',
};
const ASCII: Symbols = {
  border: {
    topLeft: '+',
    top: '-',
    topRight: '+',
    right: '|',
    bottomRight: '+',
    bottom: '-',
    bottomLeft: '+',
    left: '|',
  },
  ellipsis: '~',
  arrow: '->',
  separator: '|',
};

export function symbolsFor(ascii: boolean): Symbols {
  return ascii ? ASCII : UNICODE;
}

/** The Linux console draws neither blocks nor braille, and a C locale promises nothing beyond ASCII. */
export function needsAscii(env: Readonly<Record<string, string | undefined>>): boolean {
  if (env['TERM'] === 'linux') return true;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  return locale !== undefined && /^(C|POSIX)$/.test(locale);
}
