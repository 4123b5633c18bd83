/** Keeps the group membership while something slow is done. */

/** The client sends one only when one is due, so asking often is cheap and a due one is never late. */
const ASK_EVERY_MS = 1_000;

/**
 * Runs `work` with heartbeats beside it.
 * @throws what `work` throws; else, after it has ended, what ended the membership meanwhile
 */
export async function withHeartbeats<T>(heartbeat: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  let lost: { readonly error: unknown } | undefined;
  const timer = setInterval(() => {
    heartbeat().catch((error: unknown) => (lost ??= { error }));
  }, ASK_EVERY_MS);
  try {
    const result = await work();
    if (lost) throw lost.error;
    return result;
  } finally {
    clearInterval(timer);
  }
}
