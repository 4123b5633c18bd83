/** Names the first stage that takes in more than it gives out, or that orders wait long for. */
import type { Figure } from './figures.js';
import type { QueueName, QueuePoint, TopData } from './model.js';
import { countOf } from './rates.js';

export interface Bottleneck {
  readonly stage: 'relay' | 'consume' | 'worker';
  /** What waits before the stage: `outbox`, `lag` or `backlog`. */
  readonly queue: QueueName;
  readonly waiting: number;
  /** How much more waits each second; for the worker, how many more sagas are open. */
  readonly growthPerSecond: number;
  /** Until the queue is empty at the present rate of the stage; null when it does nothing at all. */
  readonly drainSeconds: number | null;
}

const WINDOW_SECONDS = 10;
/** Queues breathe by a batch or two; below this growth nothing is held up. */
const NOISE_PER_SECOND = 5;
/** A queue that is shorter, or gone sooner, is one that works. */
const WAITING = 20;
const DRAIN_SECONDS = 10;

interface Stage {
  readonly stage: Bottleneck['stage'];
  readonly queue: QueueName;
  readonly leaving: readonly Figure[];
}

/** In the order of the pipeline. */
const STAGES: readonly Stage[] = [
  { stage: 'relay', queue: 'outbox', leaving: ['published'] },
  { stage: 'consume', queue: 'lag', leaving: ['started'] },
  { stage: 'worker', queue: 'backlog', leaving: ['confirmed', 'failed'] },
];

/** Null when everything flows. */
export function findBottleneck(data: TopData, now: number): Bottleneck | null {
  for (const { stage, queue, leaving } of STAGES) {
    const waiting = data.queues[queue].at(-1)?.value ?? 0;
    const leavingPerSecond = perSecond(data, leaving);
    // Sagas wait on timers too, which Temporal's backlog does not show: started less ended does.
    const growthPerSecond =
      stage === 'worker' ? perSecond(data, ['started']) - leavingPerSecond : growthOf(data, queue, now);
    const drainSeconds = leavingPerSecond === 0 ? null : Math.round(waiting / leavingPerSecond);
    const holdsUp = waiting >= WAITING && (drainSeconds === null || drainSeconds > DRAIN_SECONDS);
    if (growthPerSecond >= NOISE_PER_SECOND || holdsUp)
      return {
        stage,
        queue,
        waiting,
        growthPerSecond: Math.round(growthPerSecond * 100) / 100,
        drainSeconds,
      };
  }
  return null;
}

function growthOf(data: TopData, queue: QueueName, now: number): number {
  const since = now - WINDOW_SECONDS * 1_000;
  const points: readonly QueuePoint[] = data.queues[queue].filter((point) => point.at >= since);
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || last.at - first.at < (WINDOW_SECONDS * 1_000) / 2) return 0;
  return ((last.value - first.value) * 1_000) / (last.at - first.at);
}

function perSecond(data: TopData, figures: readonly Figure[]): number {
  return figures.reduce((sum, figure) => sum + countOf(data, figure, WINDOW_SECONDS), 0) / WINDOW_SECONDS;
}
