/** Text that others wrote, made fit for a terminal. */

/** Control characters would move the cursor, colour what follows, or ring; they are shown as what they are. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
