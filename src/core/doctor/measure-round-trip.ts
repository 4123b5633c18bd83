/** How far away a server is, and how far its clock is from this one. */

const TRIES = 5;

/**
 * The shortest of a few: that is the way there and back, the others also waited for something.
 * @returns milliseconds
 */
export async function measureRoundTrip(
  ask: () => Promise<unknown>,
  now = () => performance.now(),
): Promise<number> {
  let shortest = Infinity;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = now();
    await ask();
    shortest = Math.min(shortest, now() - before);
  }
  return shortest;
}

export interface ClockOffset {
  /** How far the other clock is ahead of this machine's, in ms; below zero it is behind. */
  readonly offsetMs: number;
  /** Half of the round trip: the truth is within this of `offsetMs`. */
  readonly uncertaintyMs: number;
}

/**
 * Takes the reading for the middle of its round trip, of the shortest of a few round trips.
 * @param read the other clock, ms since 1970
 */
export async function measureClock(
  read: () => Promise<number>,
  now = () => performance.timeOrigin + performance.now(),
): Promise<ClockOffset> {
  let best: ClockOffset = { offsetMs: 0, uncertaintyMs: Infinity };
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = now();
    const theirs = await read();
    const after = now();
    const uncertaintyMs = (after - before) / 2;
    if (uncertaintyMs < best.uncertaintyMs) best = { offsetMs: theirs - (before + after) / 2, uncertaintyMs };
  }
  return best;
}
