/** When buyers come: a crowd at the opening, and others who come by chance, at a rate that rises and then stays. */

export interface ArrivalTimes {
  readonly buyers: number;
  readonly rush: number;
  readonly rushMs: number;
  readonly durationMs: number;
  readonly rampMs: number;
}

/**
 * By chance and so many in all: a Poisson process of which the number is known.
 * @returns milliseconds after the opening, rising
 */
export function spreadArrivals(
  { buyers, rush, rushMs, durationMs, rampMs }: ArrivalTimes,
  random: () => number,
): Float64Array {
  const times = new Float64Array(buyers);
  const rampEnd = Math.min(rampMs, durationMs);
  // Of the area below the rate, with 1 as its full height.
  const area = durationMs - rampEnd / 2;
  for (let number = 0; number < buyers; number += 1) {
    if (number < rush) times[number] = random() * Math.min(rushMs, durationMs);
    else {
      const below = random() * area;
      times[number] = below < rampEnd / 2 ? Math.sqrt(2 * rampEnd * below) : below + rampEnd / 2;
    }
  }
  return times.sort();
}
