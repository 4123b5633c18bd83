/** Text that others wrote, made fit for this screen. */
import { printable } from '../../output/printable.js';
import type { Symbols } from './symbols.js';

/** Control characters are shown as what they are; in ASCII mode the rest stands for itself or as a question mark. */
export function plainText(text: string, symbols: Pick<Symbols, 'ascii'>): string {
  const shown = printable(text);
  if (!symbols.ascii) return shown;
  return shown
    .replaceAll('×', 'x')
    .replaceAll('…', '~')
    .replaceAll('→', '->')
    .replace(/[^\x20-\x7e]/g, '?');
}
