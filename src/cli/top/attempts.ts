/** Asks one source once: with a time-out, never twice at the same time, and with its late answer still taken. */
import { AppError } from '../../core/errors.js';
import type { DetailName } from './state/details.js';
import { SOURCES, type Failure, type PollCost, type Sample, type SourceName } from './state/model.js';
import type { TopStore } from './state/store.js';
import { within } from './within.js';

export interface AttemptsOptions {
  readonly store: TopStore;
  /** Milliseconds; injected, so that frames can be tested. */
  readonly now: () => number;
  /** After it nothing is told any more. */
  readonly stopping: AbortSignal;
  /** @see CollectorOptions */
  readonly callsTo?: ((store: SourceName) => number) | undefined;
}

export interface Attempts {
  isUnderWay(name: SourceName | DetailName): boolean;
  /** Resolves when it has answered, failed or run out of time. Never rejects. */
  attempt(name: SourceName | DetailName, ask: () => Promise<Sample>, timeoutMs: number): Promise<void>;
}

export function createAttempts({ store, now, stopping, callsTo }: AttemptsOptions): Attempts {
  /** The poll under way of each source, if any. */
  const underWay = new Map<SourceName | DetailName, Promise<void>>();

  function begin(name: SourceName | DetailName, ask: () => Promise<Sample>): Promise<void> {
    const known = underWay.get(name);
    if (known) return known;
    const costOf = beginCost(name);
    const poll = ask().then(
      (sample) => {
        if (!stopping.aborted) store.dispatch({ type: 'answered', at: now(), sample, cost: costOf() });
      },
      (error: unknown) => fail(name, toFailure(error)),
    );
    const settled = poll.finally(() => underWay.delete(name));
    underWay.set(name, settled);
    return settled;
  }

  /** @returns what was spent since */
  function beginCost(name: SourceName | DetailName): () => PollCost {
    const calls = () => (callsTo && isSource(name) ? callsTo(name) : null);
    const startedAt = performance.now();
    const before = calls();
    return () => {
      const after = calls();
      return {
        tookMs: Math.round((performance.now() - startedAt) * 10) / 10,
        calls: before === null || after === null ? null : after - before,
      };
    };
  }

  function fail(source: SourceName | DetailName, failure: Failure): void {
    if (stopping.aborted) return;
    store.dispatch({ type: 'failed', at: now(), source, failure });
  }

  return {
    isUnderWay: (name) => underWay.has(name),
    async attempt(name, ask, timeoutMs) {
      const inTime = await within(begin(name, ask), timeoutMs, stopping);
      if (!inTime) fail(name, { code: 'UNAVAILABLE', message: `no answer within ${timeoutMs / 1_000}s` });
    },
  };
}

function isSource(name: SourceName | DetailName): name is SourceName {
  return (SOURCES as readonly string[]).includes(name);
}

function toFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof AppError ? error.code : 'INTERNAL', message: message.split('\n')[0] ?? '' };
}
