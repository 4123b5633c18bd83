/** Divides the width of a terminal among the columns of a table. */
import { longestWord, visibleWidth } from './visible.js';

/**
 * @param cells of each column, its title among them
 * @returns the widths, narrowed at the expense of the widest columns that have words to break between; undefined when they
 *   do not fit that way
 */
export function fitColumns(
  cells: readonly (readonly string[])[],
  gap: number,
  width: number,
): number[] | undefined {
  const widths = cells.map((column) => Math.max(...column.map(visibleWidth)));
  const floors = cells.map((column) => Math.max(...column.map(longestWord)));
  const available = width - gap * (cells.length - 1);
  const excess = () => widths.reduce((sum, one) => sum + one, 0) - available;
  while (excess() > 0) {
    const slack = widths.map((one, at) => (one > (floors[at] ?? one) ? one : 0));
    const widest = slack.indexOf(Math.max(...slack));
    if (slack[widest] === 0) return undefined;
    // Down to the next widest at once would be quicker; tables are small.
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}
