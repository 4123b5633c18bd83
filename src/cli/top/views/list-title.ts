/** The title of a list: how much of it is shown, and by what it is narrowed. */
import type { ListedRows } from '../rows/listed-rows.js';
import type { TopView } from '../state/model.js';

/** `Orders (200)`, `Orders (12 of 200) /tee, only problems`, `Stock (9-16 of 40)`. */
export function listTitle(
  name: string,
  { rows, total }: Pick<ListedRows, 'rows' | 'total'>,
  { lists, screen, problemsOnly }: Pick<TopView, 'lists' | 'screen' | 'problemsOnly'>,
  top: number,
  shown: number,
): string {
  const { filter } = lists[screen];
  const part = shown < rows.length ? `${top + 1}-${top + shown} of ` : '';
  const of = rows.length < total ? ` of ${total}` : '';
  const narrowed = [...(filter === '' ? [] : [`/${filter}`]), ...(problemsOnly ? ['only problems'] : [])];
  return `${name} (${part}${rows.length}${of})${narrowed.length > 0 ? ` ${narrowed.join(', ')}` : ''}`;
}
