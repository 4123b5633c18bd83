/** The history of a workflow in a few words. */
import type { SagaHistory, SagaStepCount } from '../../core/temporal/summarize-history.js';

/** @returns lines; what there is none of is left out */
export function historyText(history: SagaHistory): string[] {
  const { activities, timers, nextTimer, updates, signals, failedTasks } = history;
  const rest = [
    timers.running > 0
      ? `${timers.running} timer running${nextTimer === null ? '' : ` until ${nextTimer.toISOString()}`}`
      : '',
    timers.fired > 0 ? `${timers.fired} timer fired` : '',
    updates.done > 0 ? `${updates.done} ${updates.done === 1 ? 'update' : 'updates'} answered` : '',
    updates.open > 0 ? `${updates.open} ${updates.open === 1 ? 'update' : 'updates'} open` : '',
    signals > 0 ? `${signals} ${signals === 1 ? 'signal' : 'signals'}` : '',
    failedTasks > 0 ? `${failedTasks} workflow ${failedTasks === 1 ? 'task' : 'tasks'} failed` : '',
    history.truncated ? `only the first ${history.events} events were read` : '',
  ].filter((text) => text !== '');
  return [activities.map(stepText).join(', '), rest.join(', ')].filter((text) => text !== '');
}

function stepText({ type, done, failed, open }: SagaStepCount): string {
  const counts = [
    done > 0 ? (done === 1 ? 'done' : `done ${done} times`) : '',
    failed > 0 ? (failed === 1 ? 'failed' : `failed ${failed} times`) : '',
    open > 0 ? 'open' : '',
  ].filter((text) => text !== '');
  return `${type} ${counts.join(' and ')}`;
}
