/** The screen as plain lines: for terminals too small for tiles, and for those who have it read aloud. */
import { wrapWords } from '../../output/visible.js';
import { stripColour } from '../../output/visible.js';
import { helpEntries } from '../help-words.js';
import { COLUMNS, listedRows } from '../rows/listed-rows.js';
import { selectedAt, topOf } from '../state/list.js';
import { shownOf, type TopState } from '../state/model.js';
import type { TopSnapshot } from '../state/snapshot.js';
import { dialogLines, dialogTitle } from './dialog-lines.js';
import { kafkaNotes } from './kafka-notes.js';
import { pageOf } from './layout.js';
import { plainFrame } from './plain-frame.js';
import type { Symbols } from './symbols.js';
import { fitColumns, headingLine, segmentsOf } from './table-line.js';

/** @param width of a line; rows of lists are fitted into it, other lines are as long as they are */
export function compactLines(
  state: TopState,
  snapshot: TopSnapshot,
  width: number,
  symbols: Symbols,
): string[] {
  const { view, data } = state;
  if (view.dialog)
    return [dialogTitle(view.dialog), ...dialogLines(view.dialog, symbols.cursor).map(({ text }) => text)];
  if (view.helpOpen) {
    return helpEntries(view.screen, true)
      .slice(view.helpTop)
      .map(({ term, text }) => `${term.padEnd(9)} ${text}`);
  }
  if (view.drill) {
    const { orderId, top } = view.drill;
    const look = data.looks.order?.orderId === orderId ? data.looks.order : null;
    return look ? look.lines.slice(top).map(stripColour) : [`asking every store about ${orderId}`];
  }
  if (view.screen === 'overview') return overviewLines(snapshot, width, symbols);
  return listLines(state, width, symbols);
}

/** What is wrong comes first: on a small screen the rest may be cut off. */
function overviewLines(snapshot: TopSnapshot, width: number, symbols: Symbols): string[] {
  const alerts = snapshot.attention.map((one) => `! ${one.command ?? one.message}`);
  const rest = plainFrame(snapshot, { ascii: symbols.ascii, room: width });
  return [
    ...alerts,
    ...rest
      .filter((line) => line !== '' && !/^(! |at )/.test(line))
      .flatMap((line) => wrapWords(line, width).split('\n')),
  ];
}

function listLines(state: TopState, width: number, symbols: Symbols): string[] {
  const { view } = state;
  const { rows } = listedRows(state);
  const list = view.lists[view.screen];
  const columns = fitColumns(COLUMNS[view.screen], width - 1, view.wide);
  const selected = rows[selectedAt(list, rows)];
  const top = topOf(list, rows, pageOf(view));
  const { looks } = shownOf(state).data;
  const notes = view.screen === 'kafka' ? kafkaNotes(looks.letters, looks.partitions) : [];
  return [
    ` ${headingLine(columns, list, symbols)}`,
    ...rows.slice(top, top + pageOf(view)).map((row) => {
      const cells = segmentsOf(row, columns, view.graph, symbols).map(({ text }) => text);
      return `${row === selected ? '>' : ' '}${cells.join('')}`;
    }),
    ...(rows.length === 0 ? ['nothing here'] : []),
    ...notes.map(({ text }) => text),
  ];
}
