/** The events of a saga's history, summed up by what an operator asks: what is done, what is open, what went wrong. */
import type { Client } from '@temporalio/client';

type HistoryPage = Awaited<ReturnType<Client['workflowService']['getWorkflowExecutionHistory']>>;
export type HistoryEvent = NonNullable<NonNullable<HistoryPage['history']>['events']>[number];

/** One kind of activity, whether it ran inside the workflow task or by itself. */
export interface SagaStepCount {
  readonly type: string;
  readonly done: number;
  readonly failed: number;
  /** Begun and neither done nor failed: now, or when the saga ended. */
  readonly open: number;
}

export interface SagaHistory {
  readonly events: number;
  /** It is longer than what was read. */
  readonly truncated: boolean;
  /** In the order of their first run. */
  readonly activities: readonly SagaStepCount[];
  readonly timers: { readonly running: number; readonly fired: number; readonly cancelled: number };
  /** When the next of the running timers fires. */
  readonly nextTimer: Date | null;
  /** Wake-ups and wishes to cancel; `open` were accepted and not answered. */
  readonly updates: { readonly done: number; readonly open: number };
  readonly signals: number;
  /** Workflow tasks that failed or timed out: code that no longer fits the history, or workers that died. */
  readonly failedTasks: number;
}

export function summarizeHistory(events: readonly HistoryEvent[], truncated: boolean): SagaHistory {
  const steps = countSteps(events);
  const { running, fired, cancelled } = findTimers(events);
  const accepted = count(events, (event) => event.workflowExecutionUpdateAcceptedEventAttributes);
  const answered = count(events, (event) => event.workflowExecutionUpdateCompletedEventAttributes);
  return {
    events: events.length,
    truncated,
    activities: [...steps.values()].map((step) => ({
      ...step,
      open: Math.max(0, step.open - step.done - step.failed),
    })),
    timers: { running: running.size, fired, cancelled },
    nextTimer: running.size === 0 ? null : new Date(Math.min(...running.values())),
    updates: { done: answered, open: Math.max(0, accepted - answered) },
    signals: count(events, (event) => event.workflowExecutionSignaledEventAttributes),
    failedTasks: count(
      events,
      (event) => event.workflowTaskFailedEventAttributes ?? event.workflowTaskTimedOutEventAttributes,
    ),
  };
}

interface StepTally {
  readonly type: string;
  done: number;
  failed: number;
  /** Begun, whatever came of it. */
  open: number;
}

function countSteps(events: readonly HistoryEvent[]): Map<string, StepTally> {
  const steps = new Map<string, StepTally>();
  const byEvent = new Map<string, StepTally>();
  const stepOf = (type: string): StepTally => {
    const known = steps.get(type) ?? { type, done: 0, failed: 0, open: 0 };
    steps.set(type, known);
    return known;
  };
  for (const event of events) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const step = stepOf(scheduled.activityType?.name ?? 'unknown');
      step.open += 1;
      byEvent.set(String(event.eventId), step);
    }
    const done = event.activityTaskCompletedEventAttributes;
    if (done) tally(byEvent.get(String(done.scheduledEventId)), 'done');
    const failed =
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.activityTaskCanceledEventAttributes;
    if (failed) tally(byEvent.get(String(failed.scheduledEventId)), 'failed');
    const local = localActivityOf(event);
    if (local) {
      const step = stepOf(local.type);
      step.open += 1;
      tally(step, local.failed ? 'failed' : 'done');
    }
  }
  return steps;
}

function tally(step: StepTally | undefined, what: 'done' | 'failed'): void {
  if (step) step[what] += 1;
}

/** The SDK notes an activity that ran inside the workflow task as a marker, with its type in JSON. */
function localActivityOf(event: HistoryEvent): { type: string; failed: boolean } | null {
  const marker = event.markerRecordedEventAttributes;
  if (marker?.markerName !== 'core_local_activity') return null;
  const failed = marker.failure !== null && marker.failure !== undefined;
  const data = marker.details?.['data']?.payloads?.[0]?.data;
  try {
    const noted: unknown = JSON.parse(Buffer.from(data ?? []).toString('utf8'));
    const type =
      noted !== null && typeof noted === 'object' && 'activity_type' in noted && noted.activity_type;
    return { type: typeof type === 'string' ? type : 'unknown', failed };
  } catch {
    return { type: 'unknown', failed };
  }
}

function findTimers(events: readonly HistoryEvent[]) {
  const running = new Map<string, number>();
  let fired = 0;
  let cancelled = 0;
  for (const event of events) {
    const started = event.timerStartedEventAttributes;
    if (started) {
      const begunAt = toMs(event.eventTime);
      running.set(started.timerId ?? '', begunAt + toMs(started.startToFireTimeout));
    }
    const ended = event.timerFiredEventAttributes ?? event.timerCanceledEventAttributes;
    if (!ended) continue;
    running.delete(ended.timerId ?? '');
    if (event.timerFiredEventAttributes) fired += 1;
    else cancelled += 1;
  }
  return { running, fired, cancelled };
}

/** A protobuf time or duration. */
function toMs(time: HistoryEvent['eventTime']): number {
  return Number(time?.seconds ?? 0) * 1_000 + Math.floor((time?.nanos ?? 0) / 1_000_000);
}

function count(events: readonly HistoryEvent[], attributes: (event: HistoryEvent) => unknown): number {
  return events.filter((event) => Boolean(attributes(event))).length;
}
