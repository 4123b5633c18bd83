/** Ends the stack of a folder from outside, whoever runs it and however it was left. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readStackState, STACK_STATE_FILE } from '../core/config/stack-state.js';
import { containerName, dockerAnswers, removeContainer, removeVolume } from './docker.js';
import { allGone, endProcesses } from './end-processes.js';
import type { Machine } from './machine.js';
import { isSameProcess, readProcesses, signalProcess } from './process-identity.js';
import { SERVICES } from './services/all.js';
import { readLockHolder, takeLock } from './stack-lock.js';
import { outsideFolder, pathsOf, readStackId } from './state-folder.js';

/** Longer than the servers are given themselves. */
const SUPERVISOR_GRACE_MS = 30_000;
/** What the kernel or the leash needs to reach the children of a killed supervisor. */
const CHILDREN_GRACE_MS = 10_000;

/** @returns false when nothing ran. @throws AppError INTERNAL when a process cannot be ended */
export async function stopStackOf(machine: Machine, project: string): Promise<boolean> {
  const paths = pathsOf(project);
  const supervisor = readLockHolder(paths.lockFile);
  const ran = supervisor !== undefined && isSameProcess(supervisor);
  if (ran) {
    signalProcess(supervisor, 'SIGTERM');
    if (!(await allGone([supervisor], SUPERVISOR_GRACE_MS))) signalProcess(supervisor, 'SIGKILL');
  }
  // Read after the supervisor is gone: it may have started one more meanwhile.
  const left = readProcesses(paths.processesFile).filter(isSameProcess);
  await endProcesses(left, CHILDREN_GRACE_MS);
  await removeContainers(machine, project);
  for (const file of [join(paths.root, STACK_STATE_FILE), paths.processesFile]) rmSync(file, { force: true });
  if (supervisor && !isSameProcess(supervisor)) rmSync(paths.lockFile, { force: true });
  return ran || left.length > 0;
}

/** Those of a supervisor that was killed; one that ended in order has removed its own. */
async function removeContainers(machine: Machine, project: string): Promise<void> {
  const containers = (readStackState(project)?.services ?? []).filter((service) => service.mode === 'docker');
  const docker = containers.length > 0 ? await dockerAnswers(machine) : undefined;
  const stackId = readStackId(project);
  if (docker === undefined || stackId === undefined) return;
  for (const { name } of containers)
    await removeContainer(machine, docker, containerName(stackId, SERVICES[name]));
}

/** Ends the stack and deletes all it has stored, its id and secret included. */
export async function resetStackOf(machine: Machine, project: string): Promise<void> {
  await stopStackOf(machine, project);
  const paths = pathsOf(project);
  const stackId = readStackId(project);
  if (stackId === undefined) return;
  const release = takeLock(paths.lockFile);
  try {
    const docker = await dockerAnswers(machine);
    for (const service of docker === undefined ? [] : Object.values(SERVICES)) {
      await removeVolume(machine, docker ?? '', containerName(stackId, service));
    }
    rmSync(outsideFolder(stackId), { recursive: true, force: true });
    rmSync(paths.root, { recursive: true, force: true });
  } finally {
    release();
  }
}
