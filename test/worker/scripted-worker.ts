/** One worker for all scripted orders of a file: an activity is played by the script of the order whose saga calls it. */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { workflowIdOf } from '../../src/core/names.js';
import type { Activities } from '../../src/worker/activities/create-activities.js';
import { startTemporalWorker, type TemporalWorker } from './temporal-worker.js';

type Script = Partial<Activities>;

export interface ScriptedWorker {
  /** The worker as one script sees it: the orders started through it are played by the script. */
  play(script: Script): TemporalWorker;
  close(): Promise<void>;
}

const PLAYED = ['beginOrder', 'requestPayment', 'confirmOrder', 'endOrder', 'finishHold'] as const;

/** On a task queue of its own; one that is asked for what its script lacks fails the activity. */
export async function startScriptedWorker(): Promise<ScriptedWorker> {
  const scripts = new Map<string, Script>();
  const played = PLAYED.map((name) => [
    name,
    (input: never) => {
      const { workflowExecution } = Context.current().info;
      const activity = scripts.get(workflowExecution?.workflowId ?? '')?.[name] as
        | ((given: never) => Promise<unknown>)
        | undefined;
      if (!activity) throw new Error(`${name} is not in the script of ${workflowExecution?.workflowId}`);
      return activity(input);
    },
  ]);
  const worker = await startTemporalWorker(Object.fromEntries(played) as Partial<Activities>);
  return {
    play: (script) => ({
      ...worker,
      start(options = {}) {
        const orderId = options.orderId ?? randomUUID();
        scripts.set(workflowIdOf(orderId), script);
        return worker.start({ ...options, orderId });
      },
    }),
    close: () => worker.close(),
  };
}
