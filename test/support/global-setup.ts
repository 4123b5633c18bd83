/** One real stack per run: started here with free ports and thrown away at the end, or attached to on request. */
import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import { REPOSITORY } from './binary.js';
import type { TestStack } from './provided.js';

const attachSchema = z.object({
  DATABASE_URL: z.string(),
  REDIS_URL: z.string(),
  KAFKA_BROKERS: z.string(),
  TEMPORAL_ADDRESS: z.string(),
});

/** @returns the teardown */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const runId = randomBytes(3).toString('hex');
  const attached = process.env['ORDERSCTL_TEST_STACK'];
  if (attached) {
    const stack = toStack(attachSchema.parse(JSON.parse(attached)), runId);
    project.provide('stack', stack);
    return async () => {
      const { dropRun } = await import('./drop-run.js');
      await dropRun(stack);
    };
  }
  const ready = spawnSync(process.execPath, [join(REPOSITORY, 'bin/setup.mjs')], { stdio: 'inherit' });
  if (ready.status !== 0) throw new Error('bin/setup.mjs failed; see above');

  const { startStack } = await import('../../src/dev/start-stack.js');
  const folder = mkdtempSync(join(tmpdir(), 'ordersctl-test-stack-'));
  const stack = await startStack({
    folder,
    env: process.env,
    ports: 'auto',
    ephemeral: true,
    migrate: false,
  });
  project.provide('stack', toStack(attachSchema.parse(stack.env), runId));
  return async () => {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

function toStack(env: z.output<typeof attachSchema>, runId: string): TestStack {
  return {
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    kafkaBrokers: env.KAFKA_BROKERS,
    temporalAddress: env.TEMPORAL_ADDRESS,
    runId,
  };
}
