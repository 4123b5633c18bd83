/** All open event streams of this process: their bounds, their heartbeat and their end. */
import { AppError } from '../../core/errors.js';
import type { EventStream } from './event-stream.js';

const HEARTBEAT_MS = 15_000;
const STUCK_CHECK_MS = 1_000;

export interface StreamRegistry {
  /**
   * Takes one place, before anything is read for the stream.
   * @returns gives the place back; safe to call again
   * @throws AppError DRAINING, OVERLOADED (this process), RATE_LIMITED (this customer)
   */
  enter(userId: string): () => void;
  /** From now on the stream gets heartbeats and ends with the drain. @returns undo */
  keep(stream: EventStream): () => void;
  count(): number;
  start(): void;
  /** Ends every stream and refuses new ones. */
  close(): void;
}

export function createStreamRegistry(options: { maxStreams: number; maxPerUser: number }): StreamRegistry {
  const streams = new Set<EventStream>();
  const perUser = new Map<string, number>();
  const timers: NodeJS.Timeout[] = [];
  let entered = 0;
  let closed = false;

  function leave(userId: string): void {
    entered -= 1;
    const left = (perUser.get(userId) ?? 1) - 1;
    if (left === 0) perUser.delete(userId);
    else perUser.set(userId, left);
  }

  return {
    enter(userId) {
      const own = perUser.get(userId) ?? 0;
      if (closed) throw new AppError('DRAINING', 'this server is shutting down');
      if (entered >= options.maxStreams) throw new AppError('OVERLOADED', 'too many event streams');
      if (own >= options.maxPerUser) {
        throw new AppError('RATE_LIMITED', `You may have ${options.maxPerUser} event streams open at once.`);
      }
      entered += 1;
      perUser.set(userId, own + 1);
      let left = false;
      return () => {
        if (!left) leave(userId);
        left = true;
      };
    },
    keep(stream) {
      streams.add(stream);
      return () => streams.delete(stream);
    },
    count: () => streams.size,
    start() {
      timers.push(
        setInterval(() => {
          for (const stream of streams) stream.heartbeat();
        }, HEARTBEAT_MS),
        setInterval(() => {
          const now = performance.now();
          for (const stream of streams) stream.cutIfStuck(now);
        }, STUCK_CHECK_MS),
      );
    },
    close() {
      closed = true;
      for (const timer of timers) clearInterval(timer);
      for (const stream of streams) stream.end();
    },
  };
}
