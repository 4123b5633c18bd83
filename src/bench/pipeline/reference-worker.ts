/** A worker that runs the reference workflow, tuned like the saga's own. */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { requireSettings } from '../../core/config/require-settings.js';
import type { Config } from '../../core/config/schema.js';
import type { Lifecycle } from '../../core/lifecycle.js';
import type { Log } from '../../core/log.js';
import { connectWorker } from '../../worker/connect-worker.js';
import { installRuntime } from '../../worker/install-runtime.js';
import { TUNING } from '../../worker/worker.js';
import { REFERENCE_QUEUE } from './subjects.js';

export interface ReferenceActivities {
  step(orderId: string): Promise<string>;
}

const WORKFLOWS = fileURLToPath(new URL('./reference-workflow.js', import.meta.url));

/** Resolves when it polls. @throws AppError CONFIG_INVALID, UNAVAILABLE when Temporal does not answer */
export async function startReferenceWorker(parts: {
  readonly config: Config;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
}): Promise<{ readonly failed: Promise<never> }> {
  const { log, lifecycle } = parts;
  const config = requireSettings(parts.config, ['temporalAddress']);
  installRuntime(log);
  const connection = await connectWorker(config.temporalAddress, log, lifecycle.signal);
  lifecycle.own('temporal', () => connection.close());
  const bundle = await bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger: new DefaultLogger('WARN') });
  const activities: ReferenceActivities = { step: (orderId) => Promise.resolve(orderId) };
  const worker = await Worker.create({
    connection,
    namespace: config.temporalNamespace,
    taskQueue: REFERENCE_QUEUE,
    workflowBundle: bundle,
    activities,
    ...TUNING,
  });
  const running = worker.run();
  lifecycle.own('worker', async () => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await running;
  });
  return { failed: running.then(() => new Promise<never>(() => undefined)) };
}
