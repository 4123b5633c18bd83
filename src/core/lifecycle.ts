/** Owns what a process has acquired, gives it back in reverse order, and turns signals into one orderly end. */
import { onEndingSignals, type EndingSignal } from './ending-signals.js';
import { AppError, toAppError } from './errors.js';
import type { Log } from './log.js';

interface Held {
  readonly name: string;
  readonly release: () => Promise<void> | void;
}

export interface Lifecycle {
  /** Aborts when the end has begun; loops watch it. */
  readonly signal: AbortSignal;
  /** Registers the undo of something just acquired. Released last in, first out. */
  own(name: string, release: () => Promise<void> | void): void;
  /** Begins the end; safe to call again. Resolves when everything was released or the deadline has passed. */
  end(): Promise<void>;
  /** Resolves when the end is complete. Rejects with the first failure of a release. */
  readonly ended: Promise<void>;
}

/**
 * Every release is attempted and the first failure kept; one that hangs is passed over at the deadline and named
 * in the log, so a stuck client cannot hold the process for ever.
 * @param options.deadlineMs for all releases together
 */
export function createLifecycle(options: { log: Log; deadlineMs: number }): Lifecycle {
  const held: Held[] = [];
  const controller = new AbortController();
  let ending: Promise<void> | undefined;
  let finish: (failure: unknown) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    finish = (failure) => {
      if (failure === undefined) resolve();
      else reject(toAppError(failure));
    };
  });
  ended.catch(() => undefined);

  async function releaseAll(): Promise<void> {
    const deadline = Date.now() + options.deadlineMs;
    let failure: unknown;
    for (let next = held.pop(); next !== undefined; next = held.pop()) {
      const one = next;
      try {
        await withDeadline(
          Promise.resolve().then(() => one.release()),
          Math.max(1, deadline - Date.now()),
          one.name,
        );
      } catch (error) {
        options.log.error({ err: error, resource: one.name }, 'release failed');
        failure ??= error;
      }
    }
    finish(failure);
  }

  return {
    signal: controller.signal,
    ended,
    own(name, release) {
      if (ending) throw new AppError('INTERNAL', `${name} was acquired after the end had begun`);
      held.push({ name, release });
    },
    end() {
      ending ??= (async () => {
        controller.abort();
        await releaseAll();
      })();
      return ending;
    },
  };
}

async function withDeadline(work: Promise<void>, ms: number, name: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AppError('INTERNAL', `${name} did not end within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Makes this lifecycle the one owner of SIGINT and SIGTERM: the first drains, the second forces.
 * @param force called on the second signal; the binary exits there
 * @returns undo, for tests
 */
export function ownSignals(
  lifecycle: Lifecycle,
  log: Log,
  force: (signal: EndingSignal) => void,
): () => void {
  return onEndingSignals((signal) => {
    log.info({ signal }, 'draining; a second signal forces');
    lifecycle.end().catch((error: unknown) => log.error({ err: error }, 'drain failed'));
  }, force);
}
