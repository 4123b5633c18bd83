/** What Temporal Cloud would charge for a history: the measure of how much work a saga is for the server. */

/** Each of these events is one action. */
const ACTIONS: ReadonlySet<string> = new Set([
  'workflowExecutionStartedEventAttributes',
  'activityTaskScheduledEventAttributes',
  'timerStartedEventAttributes',
  'workflowExecutionSignaledEventAttributes',
  'workflowExecutionUpdateAcceptedEventAttributes',
]);

/** @param history types of the events, in order */
export function countBillableActions(history: readonly string[]): number {
  let actions = 0;
  let counted = false;
  for (const type of history) {
    if (ACTIONS.has(type)) actions += 1;
    // Local activities leave markers; all those of one workflow task are one action together.
    if (type === 'workflowTaskCompletedEventAttributes') counted = false;
    if (type === 'markerRecordedEventAttributes' && !counted) {
      counted = true;
      actions += 1;
    }
  }
  return actions;
}
