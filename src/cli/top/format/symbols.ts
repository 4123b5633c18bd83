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
  /** Nothing beyond ASCII can be drawn. */
  readonly ascii: boolean;
  /** Where typing goes on. */
  readonly cursor: string;
  readonly border: Border;
  readonly ellipsis: string;
  readonly arrow: string;
  readonly separator: string;
  /** Marks of a sorted column. */
  readonly rising: string;
  readonly falling: string;
  /** Before the name of a production context. */
  readonly production: string;
}

const UNICODE: Symbols = {
  ascii: false,
  cursor: '▏',
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
  rising: '▴',
  falling: '▾',
  production: '●',
};
const ASCII: Symbols = {
  ascii: true,
  cursor: '_',
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
  rising: '^',
  falling: 'v',
  production: '*',
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
