/** Tells of every activity that Temporal has to ask for once more. */
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/** @param onRetry called when a further attempt begins; must not throw */
export function createRetryCount(onRetry: () => void): ActivityInterceptorsFactory {
  return (context) => ({
    inbound: {
      execute(input, next) {
        if (context.info.attempt > 1) onRetry();
        return next(input);
      },
    },
  });
}
