/** The newest of the log, on screens that have the room: what happened just before what is seen now. */
import { TILE_MARGIN } from '../format/layout.js';
import { fitColumns } from '../format/table-line.js';
import type { Symbols } from '../format/symbols.js';
import { LOG_COLUMNS, logRows } from '../rows/log-rows.js';
import type { LogEntry } from '../state/model.js';
import { Line } from './line.js';
import { RowLine } from './row-line.js';
import { Tile } from './tile.js';

export interface LogTileProps {
  readonly log: readonly LogEntry[];
  readonly width: number;
  readonly rows: number;
  readonly symbols: Symbols;
}

export function LogTile({ log, width, rows, symbols }: LogTileProps) {
  const columns = fitColumns(LOG_COLUMNS, width - TILE_MARGIN - 1, false);
  return (
    <Tile title={`Log (${log.length})`} foot="5 shows all" width={width} lines={rows} symbols={symbols}>
      {logRows(log.slice(0, rows)).map((row) => (
        <RowLine
          key={row.id}
          row={row}
          columns={columns}
          selected={false}
          stale={false}
          graph="block"
          symbols={symbols}
        />
      ))}
      {log.length === 0 && <Line stale>nothing happened since top was opened</Line>}
    </Tile>
  );
}
