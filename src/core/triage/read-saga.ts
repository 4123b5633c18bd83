/** What the description of a workflow says about whether anybody is at work on it. */
import type { SagaDescription } from '../temporal/describe-saga.js';

/** One failure is no news, since every step is tried again. */
const FAILS_FROM_ATTEMPT = 3;

/** @returns in words; null when nothing fails again and again */
export function failingStepOf(saga: SagaDescription): string | null {
  const failing = saga.pendingActivities.find(
    ({ attempt, lastFailure }) => attempt >= FAILS_FROM_ATTEMPT && lastFailure !== null,
  );
  if (failing) return `${failing.type} is on attempt ${failing.attempt}: ${failing.lastFailure}`;
  if (saga.taskAttempt !== null && saga.taskAttempt >= FAILS_FROM_ATTEMPT) {
    return `its workflow task is on attempt ${saga.taskAttempt}, see the log of the workers`;
  }
  return null;
}

/** A worker has taken one of its steps, or it waits to be tried again after a failure. */
export function isBusy({ pendingActivities }: SagaDescription): boolean {
  return pendingActivities.some(({ untouched }) => !untouched);
}
