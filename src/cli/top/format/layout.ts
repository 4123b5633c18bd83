/** Where everything goes on a screen of a given size. Depends on nothing but the size, so that rows never jump. */
import type { TopView } from '../state/model.js';
import type { ScreenName } from '../state/screens.js';

export interface Layout {
  readonly kind: 'full' | 'compact';
  readonly width: number;
  /** One row less than the terminal: a frame as tall as the terminal makes Ink wipe the scrollback. */
  readonly height: number;
  /** Lines of the two upper tiles between their borders. */
  readonly tileLines: number;
  readonly intakeWidth: number;
  readonly intakeGraph: number;
  readonly pipelineWidth: number;
  /** Width of one stage of the pipeline. */
  readonly stageWidth: number;
  /** Lines of products below the headings. */
  readonly productRows: number;
  /** How many products stand side by side. */
  readonly productColumns: number;
  /** Width of one of them, without its marker. */
  readonly productWidth: number;
  readonly attentionRows: number;
  /** Lines of the newest of the log, on screens that are tall enough; else 0. */
  readonly logRows: number;
  /** Lines between the borders of a list that fills the screen. */
  readonly listLines: number;
}

export const FULL_SIZE = { columns: 80, rows: 24 } as const;

/** Borders and one blank on either side of a tile's text. */
export const TILE_MARGIN = 4;
/** Label and number before a graph of the intake tile. */
export const INTAKE_TEXT = 18;
export const STAGES = 5;
/** Between two stages. */
export const STAGE_GAP = 3;
/** Before a row: whether it is the selected one. */
export const MARKER = 1;
/** Between products side by side. */
export const PRODUCT_GAP = 3;
/** On a tall screen a line more: the trend of each stage. */
const TALL_ROWS = 30;
/** From here on the newest of the log has a tile of its own. */
const LOG_FROM_ROWS = 40;
const WIDE_COLUMNS = 120;
/** Headings and the lines below the rows that say more of the selected one. */
export const LIST_HEADING = 1;
export const LIST_DETAIL = 3;
/** Lines at the top of a list that say something of the whole. */
export const LIST_NOTES: Readonly<Record<ScreenName, number>> = {
  overview: 0,
  orders: 0,
  stuck: 2,
  kafka: 4,
  log: 0,
};

/** @param wide the wide form of lists, which needs the room of the second column of products */
export function toLayout(columns: number, rows: number, wide = false): Layout {
  const kind = columns < FULL_SIZE.columns || rows < FULL_SIZE.rows ? 'compact' : 'full';
  const height = Math.max(1, rows - 1);
  const tileLines = rows >= TALL_ROWS ? 7 : 6;
  const intakeWidth = Math.floor(columns * 0.42);
  const pipelineWidth = columns - intakeWidth;
  const inner = columns - TILE_MARGIN;
  // Header, footer, borders of three rows of tiles, the table's headings.
  const free = Math.max(0, height - (1 + 1 + (tileLines + 2) + 3 + 2));
  const attentionRows = Math.min(8, Math.max(3, Math.floor(free / 3)));
  const beside = Math.max(0, free - attentionRows);
  const logRows = rows >= LOG_FROM_ROWS ? Math.max(3, Math.floor(beside / 2) - 2) : 0;
  const productColumns = columns > WIDE_COLUMNS && !wide ? 2 : 1;
  return {
    kind,
    width: columns,
    height,
    tileLines,
    intakeWidth,
    intakeGraph: intakeWidth - TILE_MARGIN - INTAKE_TEXT,
    pipelineWidth,
    stageWidth: Math.floor((pipelineWidth - TILE_MARGIN - (STAGES - 1) * STAGE_GAP) / STAGES),
    productRows: logRows === 0 ? beside : beside - logRows - 2,
    productColumns,
    productWidth: Math.floor((inner - (productColumns - 1) * PRODUCT_GAP) / productColumns) - MARKER,
    attentionRows,
    logRows,
    listLines: Math.max(1, height - 1 - 1 - 2),
  };
}

/** How many rows of the list of a view are on the screen at once, or lines of what was drilled into. */
export function pageOf(view: TopView): number {
  const layout = toLayout(view.columns, view.rows, view.wide);
  if (layout.kind === 'compact') return Math.max(1, layout.height - 3);
  if (view.helpOpen || view.drill) return layout.listLines;
  if (view.screen === 'overview') return Math.max(1, layout.productRows * layout.productColumns);
  return listPage(layout, view.screen);
}

/** Rows of a list that fills the screen. */
export function listPage(layout: Layout, screen: ScreenName): number {
  return Math.max(1, layout.listLines - LIST_HEADING - LIST_DETAIL - LIST_NOTES[screen]);
}
