/** One row of a list: marked where it is the selected one, coloured where a cell means something. */
import { Text } from 'ink';
import { segmentsOf, type FittedColumn } from '../format/table-line.js';
import type { Symbols } from '../format/symbols.js';
import type { ListRow } from '../rows/list-row.js';
import type { GraphStyle } from '../state/model.js';
import { COLOURS } from './colours.js';

export interface RowLineProps {
  readonly row: ListRow;
  readonly columns: readonly FittedColumn[];
  readonly selected: boolean;
  readonly stale: boolean;
  readonly graph: GraphStyle;
  readonly symbols: Symbols;
}

/** The mark stands for the highlighting where there are no colours. */
export function RowLine({ row, columns, selected, stale, graph, symbols }: RowLineProps) {
  return (
    <Text wrap="truncate" dimColor={stale} inverse={selected}>
      {selected ? '>' : ' '}
      {segmentsOf(row, columns, graph, symbols).map(({ text, meaning }, at) =>
        meaning && !stale && !selected ? (
          // Segments have no identity but their place.
          <Text key={at} color={COLOURS[meaning]}>
            {text}
          </Text>
        ) : (
          text
        ),
      )}
    </Text>
  );
}
