/** A list that fills the screen: what is said of the whole, the rows, and what is said of the selected one. */
import { Text } from 'ink';
import { LIST_DETAIL, LIST_NOTES, listPage, MARKER, TILE_MARGIN, type Layout } from '../format/layout.js';
import { fit } from '../format/numbers.js';
import { fitColumns, headingLine } from '../format/table-line.js';
import { plainText } from '../format/plain-text.js';
import type { Symbols } from '../format/symbols.js';
import { wrapWords } from '../../output/visible.js';
import type { ListRow } from '../rows/list-row.js';
import type { ListedRows } from '../rows/listed-rows.js';
import { selectedAt, topOf } from '../state/list.js';
import type { TopView } from '../state/model.js';
import { COLOURS, type Meaning } from './colours.js';
import { Line } from './line.js';
import { listTitle } from './list-title.js';
import { RowLine } from './row-line.js';
import { Tile } from './tile.js';

export interface Note {
  readonly text: string;
  readonly meaning?: Meaning | undefined;
}

export interface ListViewProps {
  readonly name: string;
  readonly listed: ListedRows;
  /** Above the rows, as many as the layout has room for. */
  readonly notes: readonly Note[];
  /** When and from where it is; since when not, in words. */
  readonly foot: string;
  readonly stale: boolean;
  /** Said where there are no rows at all. */
  readonly empty: string;
  readonly view: TopView;
  readonly layout: Layout;
  readonly symbols: Symbols;
  readonly commandIn: (command: string | null) => string | null;
}

export function ListView(props: ListViewProps) {
  const { name, listed, notes, foot, stale, empty, view, layout, symbols } = props;
  const { width, listLines } = layout;
  const room = width - TILE_MARGIN;
  const list = view.lists[view.screen];
  const { rows, total } = listed;
  const columns = fitColumns(listed.columns, room - MARKER, view.wide);
  const page = listPage(layout, view.screen);
  const selected = rows[selectedAt(list, rows)];
  const top = topOf(list, rows, page);
  const shown = rows.slice(top, top + page);
  return (
    <Tile
      title={listTitle(name, listed, view, top, shown.length)}
      foot={foot}
      width={width}
      lines={listLines}
      symbols={symbols}
    >
      {notes.slice(0, LIST_NOTES[view.screen]).map(({ text, meaning }, at) => (
        // Lines have no identity but their place; two may say the same, or nothing.
        <Line key={`note ${at}`} stale={stale} meaning={meaning}>
          {fit(plainText(text, symbols), room, symbols.ellipsis)}
        </Line>
      ))}
      <Line stale={stale} bold>{` ${headingLine(columns, list, symbols)}`}</Line>
      {shown.map((row) => (
        <RowLine
          key={row.id}
          row={row}
          columns={columns}
          selected={row === selected}
          stale={stale}
          graph={view.graph}
          symbols={symbols}
        />
      ))}
      {rows.length === 0 && (
        <Line stale>{total === 0 ? empty : 'nothing matches; esc clears the filter'}</Line>
      )}
      {Array.from({ length: Math.max(0, page - Math.max(1, shown.length)) }, (_empty, at) => (
        <Text key={`blank ${at}`}> </Text>
      ))}
      {selected && <Detail {...props} row={selected} room={room} />}
    </Tile>
  );
}

interface DetailProps extends ListViewProps {
  readonly row: ListRow;
  readonly room: number;
}

function Detail({ row, room, symbols, commandIn }: DetailProps) {
  const command = commandIn(row.command);
  const lines = row.detail
    .flatMap((text) => wrapWords(plainText(text, symbols), room).split('\n'))
    .slice(0, LIST_DETAIL - (command === null ? 0 : 1));
  return (
    <>
      {lines.map((text, at) => (
        <Line key={at}>{fit(text, room, symbols.ellipsis)}</Line>
      ))}
      {command !== null && (
        <Text wrap="truncate" color={COLOURS.accent}>
          {fit(`${symbols.arrow} ${command}`, room, symbols.ellipsis)}
        </Text>
      )}
    </>
  );
}
