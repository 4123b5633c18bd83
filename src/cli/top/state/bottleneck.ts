/** Names the first stage that takes in more than it gives out. */
import type { QueueName, QueuePoint, TopData } from './model.js';
import { countOf } from './rates.js';

export interface Bottleneck {
  readonly stage: 'relay' | 'consume' | 'worker';
  /** How much more waits each second. */
  readonly growthPerSecond: number;
  /** What waits: `outbox`, `lag` or `sagas`. */
  readonly queue: 'outbox' | 'lag' | 'sagas';
}

const WINDOW_MS = 10_000;
/** Queues breathe by a batch or two; below this growth nothing is held up. */
const NOISE_PER_SECOND = 5;

/** The first stage, in the order of the pipeline, whose queue grew over the last 10 s; null when none did. */
export function findBottleneck(data: TopData, now: number): Bottleneck | null {
  const stages: readonly Bottleneck[] = [
    { stage: 'relay', queue: 'outbox', growthPerSecond: growthOf(data, 'outbox', now) },
    { stage: 'consume', queue: 'lag', growthPerSecond: growthOf(data, 'lag', now) },
    { stage: 'worker', queue: 'sagas', growthPerSecond: sagaGrowth(data) },
  ];
  return stages.find((stage) => stage.growthPerSecond >= NOISE_PER_SECOND) ?? null;
}

function growthOf(data: TopData, queue: QueueName, now: number): number {
  const points: readonly QueuePoint[] = data.queues[queue].filter((point) => point.at >= now - WINDOW_MS);
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || last.at - first.at < WINDOW_MS / 2) return 0;
  return ((last.value - first.value) * 1_000) / (last.at - first.at);
}

/** Sagas wait on timers too, so Temporal's backlog does not show them: started less ended does. */
function sagaGrowth(data: TopData): number {
  const seconds = WINDOW_MS / 1_000;
  const open =
    countOf(data, 'started', seconds) -
    countOf(data, 'confirmed', seconds) -
    countOf(data, 'failed', seconds);
  return open / seconds;
}
