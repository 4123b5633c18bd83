/** Finds what was probably meant by a name that does not exist. */

/** More changes than these make another word. */
const MOST_CHANGES = 3;

/** @returns the nearest candidate, undefined when none is near; of equally near ones the first */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = MOST_CHANGES + 1;
  for (const candidate of candidates) {
    const changes = changesBetween(name.toLowerCase(), candidate.toLowerCase());
    // Of a short name nothing would be left.
    if (changes < fewest && changes * 2 < Math.max(name.length, candidate.length)) {
      best = candidate;
      fewest = changes;
    }
  }
  return best;
}

/** ` Did you mean …?`, or nothing. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const meant = nearest(name, candidates);
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}

/** Letters to insert, delete, exchange or swap (optimal string alignment). */
function changesBetween(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > MOST_CHANGES) return MOST_CHANGES + 1;
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= from.length; row += 1) {
    rows[row] = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1] ? 0 : 1;
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + same,
          row > 1 && column > 1 && swapped ? at(row - 2, column - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(from.length, to.length);
}
