/** Counts per stretch of time as steps, and percentiles as a line that breaks where nothing was measured. */
import { html, type Markup } from '../markup.js';
import { round } from './scale.js';
import { FIELD } from './time-frame.js';

export interface Field {
  /** Pixels. */
  readonly height: number;
  /** The value at the top. */
  readonly end: number;
}

/** @param values null where nothing is known */
export function drawSteps(
  values: readonly (number | null)[],
  { height, end }: Field,
  name: string,
  filled: boolean,
): Markup[] {
  const width = FIELD / Math.max(1, values.length);
  const y = (value: number) => round(height * (1 - value / end));
  let line = '';
  let open = false;
  values.forEach((value, index) => {
    if (value === null) open = false;
    else {
      line += `${open ? 'V' : `M${round(index * width)} `}${y(value)}H${round((index + 1) * width)}`;
      open = true;
    }
  });
  if (line === '') return [];
  const area = values.map((value) => value ?? 0);
  const outline = area.map((value, index) => `V${y(value)}H${round((index + 1) * width)}`).join('');
  return [
    ...(filled ? [html`<path class="area ${name}" d="M0 ${height}${outline}V${height}Z"></path>`] : []),
    html`<path class="line ${name}" d="${line}"></path>`,
  ];
}

/** A lone value between two gaps is a dot. */
export function drawLine(values: readonly (number | null)[], { height, end }: Field, name: string): Markup[] {
  const width = FIELD / Math.max(1, values.length);
  const point = (value: number, index: number) =>
    `${round((index + 0.5) * width)} ${round(height * (1 - value / end))}`;
  let line = '';
  let dots = '';
  values.forEach((value, index) => {
    if (value === null) return;
    const before = values[index - 1] ?? null;
    const after = values[index + 1] ?? null;
    if (before === null && after === null) dots += `M${point(value, index)}h0`;
    else line += `${before === null ? 'M' : 'L'}${point(value, index)}`;
  });
  return [
    ...(line === '' ? [] : [html`<path class="line ${name}" d="${line}"></path>`]),
    ...(dots === '' ? [] : [html`<path class="dot ${name}" d="${dots}"></path>`]),
  ];
}
