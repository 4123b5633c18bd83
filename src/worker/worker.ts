/** The Temporal worker of the order saga: which code it runs, and how much at once. */
import { Worker, type NativeConnection } from '@temporalio/worker';
import type { Config } from '../core/config/schema.js';
import type { Log } from '../core/log.js';
import { scopedName, TASK_QUEUE } from '../core/names.js';
import { createRetryCount } from './activities/count-retries.js';
import type { Activities } from './activities/create-activities.js';
import { createFailureReport } from './activities/report-failures.js';
import { findWorkflowBundle } from './workflow-bundle.js';

/**
 * The saga lives on workflow tasks and local activities: many pollers for the former, few for ordinary activities.
 * On two cores shared with the server, 40 pollers drain about twice as many workflows as the SDK's defaults, and
 * autoscaling ones slow the starts of `consume` by a third.
 */
export const TUNING = {
  maxConcurrentWorkflowTaskExecutions: 100,
  maxConcurrentLocalActivityExecutions: 200,
  maxConcurrentActivityTaskExecutions: 200,
  workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 40 },
  activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 10 },
} as const;

export interface CreateWorkerOptions {
  readonly config: Config;
  readonly connection: NativeConnection;
  readonly activities: Activities;
  readonly log: Log;
  /** Told of each further attempt of an activity. */
  readonly onRetry?: () => void;
}

/** @throws AppError INTERNAL when the workflow bundle was not built */
export function createWorker(options: CreateWorkerOptions): Promise<Worker> {
  const { config, connection, activities, log, onRetry } = options;
  return Worker.create({
    connection,
    namespace: config.temporalNamespace,
    taskQueue: scopedName(config.prefix, TASK_QUEUE),
    workflowBundle: { codePath: findWorkflowBundle() },
    activities,
    interceptors: { activity: [createFailureReport(log), ...(onRetry ? [createRetryCount(onRetry)] : [])] },
    // SIGTERM lets activities finish; the default of no grace at all would cancel them at once.
    shutdownGraceTime: config.drainDeadline * 0.5,
    shutdownForceTime: config.drainDeadline * 0.8,
    ...TUNING,
  });
}
