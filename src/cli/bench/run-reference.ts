/** Runs something that a benchmark compares with, until it is told to end. */
import { createPerRequestBatcher } from '../../bench/accept/per-request-batcher.js';
import { createUnrelayedBatcher } from '../../bench/accept/relay-off.js';
import { startReferenceServer, type ReferenceName } from '../../bench/accept/reference-server.js';
import { requireSettings } from '../../core/config/require-settings.js';
import { startServer } from '../../server/start-server.js';
import type { CliContext } from '../context.js';
import { runRole } from '../run-role.js';

export async function runReference(
  context: CliContext,
  name: ReferenceName | 'per-request' | 'relay-off' | 'saga',
): Promise<void> {
  if (name === 'saga') {
    const { startReferenceWorker } = await import('../../bench/pipeline/reference-worker.js');
    return runRole(context, 'worker', {}, startReferenceWorker);
  }
  await runRole(context, 'serve', {}, async (parts) => {
    if (name === 'per-request') {
      const { databaseUrl } = requireSettings(parts.config, ['databaseUrl']);
      return startServer({ ...parts, createBatcher: createPerRequestBatcher(databaseUrl, parts.lifecycle) });
    }
    if (name === 'relay-off') return startServer({ ...parts, createBatcher: createUnrelayedBatcher });
    const server = await startReferenceServer(name, parts.config.port);
    parts.lifecycle.own('reference server', () => {
      server.close();
      server.closeAllConnections();
    });
    return { failed: new Promise<never>((_, reject) => server.once('error', reject)) };
  });
}
