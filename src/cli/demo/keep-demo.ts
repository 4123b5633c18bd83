/** The process behind `demo --keep`: holds the sale, tells its report, and stays until it is told to end. */
import { runDemo, type DemoOptions, type DemoParts } from '../../bench/demo/run-demo.js';
import { toAppError } from '../../core/errors.js';
import type { KeeperMessage } from './keeper-channel.js';

/**
 * Resolves when the lifecycle has ended. A caller that goes away before the report ends the demo with it.
 * @throws whatever `runDemo` throws, after telling the caller
 */
export async function keepDemo(demo: DemoOptions, parts: Omit<DemoParts, 'voice'>): Promise<void> {
  const { lifecycle } = parts;
  const abandoned = () => void lifecycle.end();
  process.once('disconnect', abandoned);
  const voice = {
    line: (text: string) => void tell({ kind: 'line', text }),
    status: (text: string) => void tell({ kind: 'status', text }),
  };
  try {
    const report = await runDemo(demo, { ...parts, voice });
    process.off('disconnect', abandoned);
    await tell({ kind: 'report', report });
  } catch (thrown) {
    process.off('disconnect', abandoned);
    const { code, message, hint } = toAppError(thrown);
    await tell({ kind: 'failed', code, message, hint });
    throw thrown;
  } finally {
    if (process.connected) process.disconnect();
  }
  await lifecycle.ended;
}

/** Resolves when it was handed over, or nobody listens any more. */
function tell(message: KeeperMessage): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected || process.send === undefined) return resolve();
    process.send(message, undefined, undefined, () => resolve());
  });
}
