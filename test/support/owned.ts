/** What the tests of one file have started and not yet ended; `leak-check.ts` fails a file that leaves any. */

interface Owned {
  readonly what: string;
  readonly end: () => void | Promise<void>;
}
const held = new Set<Owned>();

/** @returns to be called when the thing has ended properly */
export function own(what: string, end: () => void | Promise<void>): () => void {
  const one: Owned = { what, end };
  held.add(one);
  return () => void held.delete(one);
}

/** Ends everything still held. @returns what it was, for the failure message */
export async function endLeaked(): Promise<string[]> {
  const leaked = [...held];
  held.clear();
  await Promise.allSettled(leaked.map(async (one) => one.end()));
  return leaked.map((one) => one.what);
}
