/** Where everything goes on a screen of a given size. Depends on nothing but the size, so that rows never jump. */

export interface Layout {
  readonly kind: 'full' | 'compact';
  readonly width: number;
  /** One row less than the terminal: a frame as tall as the terminal makes Ink wipe the scrollback. */
  readonly height: number;
  readonly intakeWidth: number;
  readonly intakeGraph: number;
  readonly pipelineWidth: number;
  readonly pipelineGraph: number;
  readonly productRows: number;
  readonly productWidth: number;
  /** Width of the held-and-sold bar; 0 where there is no room. */
  readonly barWidth: number;
  readonly attentionRows: number;
}

export const FULL_SIZE = { columns: 80, rows: 24 } as const;

/** Borders and one blank on either side of a tile's text. */
export const TILE_MARGIN = 4;
/** Lines of the two upper tiles between their borders. */
export const TILE_LINES = 5;
/** Label and number before a graph of the intake tile, and of the pipeline tile with its queue column. */
export const INTAKE_TEXT = 18;
export const PIPELINE_TEXT = 35;
/** The figures of the stock table without the product's name and the bar. */
export const STOCK_FIGURES = 50;
const BAR_PERCENT = 6;
/** Header, footer, borders of three rows of tiles, the table's headings. */
const FIXED_ROWS = 1 + 1 + (TILE_LINES + 2) + 3 + 2;

export function toLayout(columns: number, rows: number): Layout {
  const kind = columns < FULL_SIZE.columns || rows < FULL_SIZE.rows ? 'compact' : 'full';
  const height = Math.max(1, rows - 1);
  const intakeWidth = Math.floor(columns * 0.42);
  const pipelineWidth = columns - intakeWidth;
  const free = Math.max(0, height - FIXED_ROWS);
  const attentionRows = Math.min(8, Math.max(3, Math.floor(free / 3)));
  const inner = columns - TILE_MARGIN;
  const productWidth =
    columns < 90 ? inner - STOCK_FIGURES : Math.min(32, 18 + Math.floor((columns - 90) / 5));
  const barWidth = columns < 90 ? 0 : Math.min(40, inner - STOCK_FIGURES - productWidth - BAR_PERCENT);
  return {
    kind,
    width: columns,
    height,
    intakeWidth,
    intakeGraph: intakeWidth - TILE_MARGIN - INTAKE_TEXT,
    pipelineWidth,
    pipelineGraph: pipelineWidth - TILE_MARGIN - PIPELINE_TEXT,
    productRows: free - attentionRows,
    productWidth,
    barWidth,
    attentionRows,
  };
}
