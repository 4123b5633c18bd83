import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { createSilentLog } from '../../../src/core/log.js';
import { workflowIdOf } from '../../../src/core/names.js';
import { installRuntime } from '../../../src/worker/install-runtime.js';
import { findWorkflowBundle } from '../../../src/worker/workflow-bundle.js';
import { createOrder } from '../scripted-order.js';
import { startTemporalWorker } from '../temporal-worker.js';
import { STORIES, type Story } from './stories.js';

/** The SDK's own historyToJSON needs one single protobufjs in the tree, which npm does not promise. */
const History = proto.temporal.api.history.v1.History;
const FOLDER = fileURLToPath(new URL('../histories/', import.meta.url));
/** Webpack, on a busy machine. */
const BUNDLING = { timeout: 60_000 };

const saved = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const readText = (name: string): string => readFileSync(`${FOLDER}${name}`, 'utf8');
const toHistory = (text: string) => History.fromObject(JSON.parse(text) as Record<string, unknown>);
const allSaved = () => saved.map((name) => ({ workflowId: name, history: toHistory(readText(name)) }));

async function replay(
  histories: readonly { workflowId: string; history: unknown }[],
  workflowBundle: WorkflowBundleOption = { codePath: findWorkflowBundle() },
): Promise<Map<string, Error | undefined>> {
  installRuntime(createSilentLog());
  const errors = new Map<string, Error | undefined>();
  for await (const result of Worker.runReplayHistories({ workflowBundle }, histories)) {
    errors.set(result.workflowId, result.error);
  }
  return errors;
}

async function bundle(file: string): Promise<WorkflowBundleOption> {
  const workflowsPath = fileURLToPath(new URL(file, import.meta.url));
  return bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
}

/** Plays a story on the server. @returns the history as it is saved */
async function record({ options, before, bend, tell, interrupt }: Story): Promise<string> {
  const { order, activities } = createOrder(options);
  before?.(order);
  const on = await startTemporalWorker({ ...activities, ...bend?.(activities, order) });
  const orderId = await on.start();
  await interrupt?.(on, orderId, order);
  if (tell) {
    await on.untilItWaits(orderId);
    await tell(on, orderId, order);
  }
  await on.result(orderId);
  const history = await on.client.workflow.getHandle(workflowIdOf(orderId)).fetchHistory();
  await on.close();
  const plain = History.toObject(History.fromObject(history), {
    longs: String,
    enums: String,
    bytes: String,
  });
  return `${JSON.stringify(plain, null, 2)}\n`;
}

describe('workflows of earlier builds', () => {
  // They are recorded once and kept: a new one is added when the workflow gets a new path, an old one goes only when no
  // run of that age can be open any more. ORDERSCTL_RECORD_HISTORIES=1 records those that are not there yet.
  it.runIf(process.env['ORDERSCTL_RECORD_HISTORIES'] === '1')(
    'are recorded',
    async () => {
      for (const [name, story] of Object.entries(STORIES)) {
        if (!saved.includes(`${name}.json`)) writeFileSync(`${FOLDER}${name}.json`, await record(story));
      }
    },
    120_000,
  );

  it('have a saved history for every path', () => {
    expect(saved.toSorted()).toEqual(
      Object.keys(STORIES)
        .map((name) => `${name}.json`)
        .toSorted(),
    );
  });

  it('replay under the workflow code of this build without a difference', async () => {
    const errors = await replay(allSaved());
    expect(errors.size).toBe(saved.length);
    expect([...errors].filter(([, error]) => error !== undefined)).toEqual([]);
  });

  it(
    'fail to replay, every one of them, when the code does something else than it did',
    BUNDLING,
    async () => {
      const errors = await replay(allSaved(), await bundle('./changed-saga.mjs'));
      expect(errors.size).toBe(saved.length);
      for (const [name, error] of errors)
        expect([name, error?.name]).toEqual([name, 'DeterminismViolationError']);
    },
  );

  it('replay when the same change is made behind a patch', BUNDLING, async () => {
    const errors = await replay(allSaved(), await bundle('./patched-saga.mjs'));
    expect([...errors].filter(([, error]) => error !== undefined)).toEqual([]);
  });
});
