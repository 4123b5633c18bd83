/** Runs a server as a container, in the foreground: the docker client is the child, and passes signals on. */
import { AppError } from '../core/errors.js';
import type { Machine } from './machine.js';
import type { DockerImage, Launch, Service, Site } from './service.js';

const ANSWER_TIMEOUT_MS = 5_000;
const PULL_TIMEOUT_MS = 15 * 60_000;

/** Path of the docker client when a daemon answers it. A client alone is common in containers, and of no use. */
export async function dockerAnswers(machine: Machine): Promise<string | undefined> {
  const docker = machine.findProgram('docker');
  if (docker === undefined) return undefined;
  const { code, stdout } = await machine.run(docker, ['version', '--format', '{{.Server.Version}}'], {
    timeoutMs: ANSWER_TIMEOUT_MS,
  });
  return code === 0 && stdout.trim() !== '' ? docker : undefined;
}

/** One name for container and volume, so that two stacks on one machine never meet. */
export function containerName(stackId: string, service: Service): string {
  return `ordersctl-${stackId}-${service.name}`;
}

/** The container goes with its client (`--rm`); an ephemeral one leaves no volume. */
export function dockerLaunch(docker: string, stackId: string, service: Service, site: Site): Launch {
  const image = service.docker(site);
  const name = containerName(stackId, service);
  return {
    command: docker,
    args: [
      'run',
      '--rm',
      '--init',
      '--name',
      name,
      ...optionsOf(image, name, site.ephemeral),
      image.image,
      ...image.args,
    ],
    stopSignal: 'SIGTERM',
  };
}

function optionsOf(image: DockerImage, volume: string, ephemeral: boolean): string[] {
  return [
    ...image.publish.flatMap(({ host, container }) => ['--publish', `127.0.0.1:${host}:${container}`]),
    ...Object.entries(image.env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...(ephemeral ? [] : ['--volume', `${volume}:${image.volume}`]),
  ];
}

/** Removes what a killed client left. Quiet when there is nothing. */
export async function removeContainer(machine: Machine, docker: string, name: string): Promise<void> {
  await machine.run(docker, ['rm', '--force', '--volumes', name], { timeoutMs: 30_000 });
}

/** For `dev reset`. */
export async function removeVolume(machine: Machine, docker: string, name: string): Promise<void> {
  await machine.run(docker, ['volume', 'rm', '--force', name], { timeoutMs: 30_000 });
}

/** Fetches an image that is not there yet; offline when it is. @throws AppError UNAVAILABLE with Docker's own words */
export async function pullImage(machine: Machine, docker: string, image: string): Promise<void> {
  const present = await machine.run(docker, ['image', 'inspect', image], { timeoutMs: 30_000 });
  if (present.code === 0) return;
  const { code, stderr } = await machine.run(docker, ['pull', '--quiet', image], {
    timeoutMs: PULL_TIMEOUT_MS,
  });
  if (code === 0) return;
  throw new AppError(
    'UNAVAILABLE',
    `docker pull ${image} failed: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    {
      hint: `It needs the registry, once. Try it by hand: docker pull ${image}`,
    },
  );
}
