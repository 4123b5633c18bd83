/** Translates failures of activities for Temporal, and raises the voice when one goes on failing. */
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { AppError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';

/** By now server-side retries have gone on for minutes: somebody should look. */
const ALARMING_ATTEMPT = 10;

/**
 * Everything is retried, our own bugs too, since a repaired worker may come; only an order that does not exist will
 * not exist next time either.
 */
export function createFailureReport(log: Log): ActivityInterceptorsFactory {
  return (context) => ({
    inbound: {
      async execute(input, next) {
        try {
          return await next(input);
        } catch (error) {
          const { activityType, attempt, workflowExecution } = context.info;
          if (attempt >= ALARMING_ATTEMPT) {
            const workflowId = workflowExecution?.workflowId;
            log.error(
              { err: error, activity: activityType, attempt, workflowId },
              'an activity goes on failing',
            );
          }
          if (error instanceof AppError && error.code === 'ORDER_NOT_FOUND') {
            throw ApplicationFailure.create({ message: error.message, type: error.code, nonRetryable: true });
          }
          throw error;
        }
      },
    },
  });
}
