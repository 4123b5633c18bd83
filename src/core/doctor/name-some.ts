/** Names a few of many. */
const SHOWN = 5;

/** @returns `a, b, c`, or the first five `and 7 more` */
export function nameSome(names: readonly string[], shown = SHOWN): string {
  const more = names.length - shown;
  return more <= 0 ? names.join(', ') : `${names.slice(0, shown).join(', ')} and ${more} more`;
}

/** `1 order`, `2 orders` */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
