/** Arrivals that wait for nobody: an open model, in which each comes when it is due (Poisson). */

export interface ArrivalOptions {
  readonly ratePerSecond: number;
  readonly durationMs: number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** True ends it early. */
  readonly isOver: () => boolean;
}

/**
 * Resolves when the last one has come, served or not.
 * @param arrive told the moment it was due, by performance.now(); must not throw
 */
export async function letThemCome(options: ArrivalOptions, arrive: (dueAt: number) => void): Promise<void> {
  const startedAt = performance.now();
  let dueAt = startedAt;
  while (dueAt - startedAt < options.durationMs && !options.isOver()) {
    for (; dueAt <= performance.now(); dueAt += gap(options)) arrive(dueAt);
    await shortly();
  }
}

/** The finest timer there is; looking all the time would take a processor from what is measured. */
export function shortly(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

/** Milliseconds to the next arrival. */
function gap({ ratePerSecond, random }: Pick<ArrivalOptions, 'ratePerSecond' | 'random'>): number {
  return (-Math.log(1 - random()) * 1_000) / ratePerSecond;
}
