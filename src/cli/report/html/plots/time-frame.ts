/** The frame of a plot over time: grid, labels and axis keep their size, only the shapes stretch with the page. */
import { html, type Markup } from '../markup.js';
import { round, type Axis } from './scale.js';

/** Shapes are drawn in a field of this width and the plot's height in pixels. */
export const FIELD = 1_000;

export interface TimeFrame {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** The same in words, for those who cannot see it. */
  readonly description: string;
  /** Pixels. */
  readonly height: number;
  readonly axis: Axis;
  readonly label: (tick: number) => string;
  readonly since: Date;
  readonly until: Date;
}

const BELOW = 24;
const ABOVE = 16;
/** A label beside its line, not on it. */
const LIFT = 4;

export function drawFrame(frame: TimeFrame, shapes: readonly Markup[]): Markup {
  const { id, title, description, height, axis } = frame;
  const y = (tick: number) => round(ABOVE + height * (1 - tick / axis.end));
  return html`<svg height="${ABOVE + height + BELOW}" role="img" aria-labelledby="${id}-title ${id}-desc">
    <title id="${id}-title">${title}</title>
    <desc id="${id}-desc">${description}</desc>
    ${axis.ticks.map(
      (tick) =>
        html`<line
          class="${tick === 0 ? 'base' : 'grid'}"
          x1="0"
          x2="100%"
          y1="${y(tick)}"
          y2="${y(tick)}"
        ></line>`,
    )}
    <svg
      x="0"
      y="${ABOVE}"
      width="100%"
      height="${height}"
      viewBox="0 0 ${FIELD} ${height}"
      preserveAspectRatio="none"
    >
      ${shapes}
    </svg>
    ${axis.ticks.slice(1).map((tick) => html`<text x="0" y="${y(tick) - LIFT}">${frame.label(tick)}</text>`)}
    ${timeTicks(frame).map(
      ({ x, anchor, text }) =>
        html`<text x="${x}%" y="${ABOVE + height + BELOW - 6}" text-anchor="${anchor}">${text}</text>`,
    )}
  </svg>`;
}

/** Three: they fit on a phone. */
function timeTicks({ since, until }: TimeFrame): { x: number; anchor: string; text: string }[] {
  const span = until.getTime() - since.getTime();
  const isDays = span > 86_400_000;
  const text = (share: number) => {
    const iso = new Date(since.getTime() + span * share).toISOString();
    return isDays ? `${iso.slice(5, 10)} ${iso.slice(11, 16)}` : iso.slice(11, 19);
  };
  return [
    { x: 0, anchor: 'start', text: `${text(0)} UTC` },
    { x: 50, anchor: 'middle', text: text(0.5) },
    { x: 100, anchor: 'end', text: text(1) },
  ];
}
