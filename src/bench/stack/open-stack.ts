/** Servers that live as long as one demo or benchmark, in a folder of their own that nothing else uses. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lifecycle } from '../../core/lifecycle.js';
import { createMachine } from '../../dev/machine.js';
import { formatProgress } from '../../dev/stack-progress.js';
import { startStack, type Stack, type StackOptions } from '../../dev/start-stack.js';
import type { Voice } from '../voice.js';
import { clearStackFolder } from './clear-stack-folder.js';

export interface OpenStackOptions extends Pick<StackOptions, 'env' | 'ephemeral' | 'giveWay'> {
  /** Emptied before; after it only what others wrote there, such as logs, is left. */
  readonly folder: string;
  /** Whose it is, for the error when one runs there already. */
  readonly what: 'demo' | 'benchmark';
}

/**
 * The stack and its data end with the lifecycle.
 * @throws AppError REFUSED when one runs in the folder, UNAVAILABLE when a server does not start
 */
export async function openStack(
  { folder, what, env, ...kind }: OpenStackOptions,
  { lifecycle, voice }: { readonly lifecycle: Lifecycle; readonly voice: Voice },
): Promise<Stack> {
  const { signal } = lifecycle;
  const clear = (machine = createMachine(env)) => clearStackFolder(machine, folder, what);
  await clear(createMachine(env, signal));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '.gitignore'), '*\n');
  const report: StackOptions['report'] = (progress) => voice.line(formatProgress(progress));
  const stack = await startStack({ folder, env, ports: 'auto', signal, report, ...kind }).catch(
    async (error: unknown) => {
      // A start that was cut short leaves its data. With a machine of its own: the abort has ended the other's commands.
      await clear().catch(() => undefined);
      throw error;
    },
  );
  const stop = async () => {
    await stack.stop();
    if (kind.ephemeral !== true) await clear();
  };
  if (signal.aborted) await stop();
  signal.throwIfAborted();
  lifecycle.own('local stack', stop);
  return stack;
}
