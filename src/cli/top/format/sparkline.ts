/** Small graphs in one line of text: newest sample on the right, scaled from zero to the largest. */
import type { GraphStyle } from '../state/model.js';

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** No character of its own for nothing: the line stays visible. */
const ASCII = ['_', '.', ':', '-', '=', '+', '*', '#'] as const;
/** Dots of the left and the right half of a braille cell, by height 0 to 4 from the bottom. */
const LEFT_DOTS = [0x00, 0x40, 0x44, 0x46, 0x47] as const;
const RIGHT_DOTS = [0x00, 0x80, 0xa0, 0xb0, 0xb8] as const;
const BRAILLE_BASE = 0x2800;

/** How many samples a graph of this width shows: braille packs two into one column. */
export function samplesIn(width: number, style: GraphStyle): number {
  return style === 'braille' ? width * 2 : width;
}

/** @returns exactly `width` characters; missing samples are blank on the left */
export function sparkline(samples: readonly number[], width: number, style: GraphStyle): string {
  const shown = samples.slice(-samplesIn(width, style));
  const top = Math.max(...shown, 0);
  const share = (value: number) => (top === 0 ? 0 : Math.max(0, value) / top);
  const text =
    style === 'braille' ? braille(shown, share) : bars(shown, share, style === 'ascii' ? ASCII : BLOCKS);
  return text.padStart(width);
}

/** The lowest step is for nothing at all: anything above it, however little, shows. */
function bars(
  samples: readonly number[],
  share: (value: number) => number,
  steps: readonly string[],
): string {
  const last = steps.length - 1;
  return samples
    .map((value) => steps[value <= 0 ? 0 : Math.max(1, Math.round(share(value) * last))] ?? '')
    .join('');
}

function braille(samples: readonly number[], share: (value: number) => number): string {
  const heights = samples.map((value) => (value <= 0 ? 1 : Math.max(1, Math.ceil(share(value) * 4))));
  if (heights.length % 2 === 1) heights.unshift(0);
  let text = '';
  for (let index = 0; index < heights.length; index += 2) {
    const left = LEFT_DOTS[heights[index] ?? 0] ?? 0;
    const right = RIGHT_DOTS[heights[index + 1] ?? 0] ?? 0;
    text += String.fromCharCode(BRAILLE_BASE + left + right);
  }
  return text;
}

/** A bar of `width` characters, filled by a share of 0 to 1. Full only when it is all, empty only when it is nothing. */
export function bar(share: number, width: number, style: GraphStyle): string {
  const [full, empty] = style === 'ascii' ? ['#', '.'] : ['▇', '▁'];
  const exact = Math.min(1, Math.max(0, share)) * width;
  const filled = exact > 0 && exact < 1 ? 1 : Math.floor(exact);
  return full.repeat(filled) + empty.repeat(width - filled);
}
