/** Axes whose ticks are numbers that people count in. */

export interface Axis {
  /** Where the axis ends: the highest tick. */
  readonly end: number;
  /** From 0 upwards. */
  readonly ticks: readonly number[];
}

/** @param highest the highest value that is shown */
export function axisFor(highest: number, wanted = 3): Axis {
  const step = roundStep(Math.max(highest, 1) / wanted);
  const count = Math.max(1, Math.ceil(highest / step));
  return { end: step * count, ticks: Array.from({ length: count + 1 }, (_, index) => step * index) };
}

function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  // Half an order is none.
  const factors = power < 10 ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10];
  const nice = factors.find((factor) => factor * power >= step - 1e-9) ?? 10;
  return Math.max(nice * power, 1);
}

/** For attributes: no more digits than a screen shows. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
