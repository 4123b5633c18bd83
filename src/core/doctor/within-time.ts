/** Bounds a look: what comes later is nobody's any more. */
import { AppError } from '../errors.js';

/** @throws AppError UNAVAILABLE when `work` takes longer; what it does afterwards is swallowed */
export async function withinTime<T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  work.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new AppError('UNAVAILABLE', `${what}: no answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
