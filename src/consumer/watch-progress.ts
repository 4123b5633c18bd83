/** Notices a consumer that holds partitions and lives, but reads nothing: the client stalls like that at times. */
import { AppError } from '../core/errors.js';
import type { PartitionOffsets } from '../core/kafka/kafka-admin.js';
import type { PartitionPosition } from '../core/kafka/port.js';
import type { Log } from '../core/log.js';

export interface ProgressWatch {
  /** This partition got on, or waits for a reason that is known. */
  onProgress(at: PartitionPosition): void;
  /** Messages not yet handled in this member's partitions, as last read; undefined before that. */
  lag(): number | undefined;
  start(): void;
  stop(): void;
  /** Rejects when a partition had messages waiting and did not get on for too long; never resolves. */
  readonly failed: Promise<never>;
}

export interface ProgressWatchOptions {
  readonly readOffsets: () => Promise<readonly PartitionOffsets[]>;
  readonly assigned: () => readonly PartitionPosition[];
  readonly log: Log;
  /** Milliseconds; for tests. */
  readonly everyMs?: number;
  readonly stalledAfterMs?: number;
  readonly now?: () => number;
}

const EVERY_MS = 10_000;
const STALLED_AFTER_MS = 60_000;

/**
 * Asks for more than silence: messages that wait, a broker that answers, and a process that was awake. After an
 * outage or a suspension the clocks start anew, so that catching up is not taken for a stall.
 */
export function createProgressWatch(options: ProgressWatchOptions): ProgressWatch {
  const { readOffsets, assigned, log } = options;
  const everyMs = options.everyMs ?? EVERY_MS;
  const stalledAfterMs = options.stalledAfterMs ?? STALLED_AFTER_MS;
  const now = options.now ?? Date.now;
  let movedAt = new Map<number, number>();
  let lookedAt = now();
  let lag: number | undefined;
  let looking = false;
  let timer: NodeJS.Timeout | undefined;
  let fail: (error: AppError) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  failed.catch(() => undefined);

  async function look(): Promise<void> {
    const offsets = await readOffsets();
    const at = now();
    if (at - lookedAt > 3 * everyMs) movedAt = new Map();
    lookedAt = at;
    const mine = new Set(assigned().map((position) => position.partition));
    lag = 0;
    for (const position of offsets.filter(({ partition }) => mine.has(partition))) {
      lag += position.lag;
      const since = movedAt.get(position.partition);
      if (position.lag === 0 || since === undefined) movedAt.set(position.partition, at);
      else if (at - since > stalledAfterMs) reportStall(position, at - since);
    }
    for (const partition of movedAt.keys()) if (!mine.has(partition)) movedAt.delete(partition);
  }

  function reportStall({ partition, lag: waiting }: PartitionOffsets, forMs: number): void {
    const seconds = Math.round(forMs / 1_000);
    fail(
      new AppError(
        'INTERNAL',
        `partition ${partition} has ${waiting} messages waiting and made no progress for ${seconds} s`,
        {
          hint: 'The process ends so that it can be started afresh; nothing is lost',
        },
      ),
    );
  }

  return {
    failed,
    onProgress: ({ partition }) => void movedAt.set(partition, now()),
    lag: () => lag,
    start() {
      timer ??= setInterval(() => {
        if (looking) return;
        looking = true;
        look()
          .catch((error: unknown) => {
            movedAt = new Map();
            log.debug({ err: error }, 'lag cannot be read');
          })
          .finally(() => (looking = false));
      }, everyMs);
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
