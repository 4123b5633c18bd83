/** How a stretch of time is divided for a plot: lengths that people count in, and never more than a plot can show. */

const LENGTHS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400,
];
const MOST = 240;

export interface Division {
  /** A whole second: stretches begin where seconds do. */
  readonly from: Date;
  readonly stretchSeconds: number;
  readonly count: number;
}

export function divide(since: Date, until: Date): Division {
  const fromSecond = Math.floor(since.getTime() / 1_000);
  const seconds = Math.max(1, Math.ceil((until.getTime() + 1) / 1_000) - fromSecond);
  const stretchSeconds =
    LENGTHS.find((length) => seconds / length <= MOST) ?? Math.ceil(seconds / MOST / 86_400) * 86_400;
  return {
    from: new Date(fromSecond * 1_000),
    stretchSeconds,
    count: Math.max(1, Math.ceil(seconds / stretchSeconds)),
  };
}
