/** Decides for each server where it comes from: attached, on this machine, from Docker, or to be installed. */
import { AppError } from '../core/errors.js';
import { dockerAnswers } from './docker.js';
import type { Machine } from './machine.js';
import type { ServiceName } from './service-names.js';
import type { Installation, NativeProgram, Service } from './service.js';

export const MODES = ['auto', 'native', 'docker'] as const;
/** auto: native, else Docker, else install. native: native, else install. */
export type Mode = (typeof MODES)[number];

/** What was decided, and the reason in words for the operator. */
export type Resolution = { readonly service: Service; readonly why: string } & (
  | { readonly how: 'attach'; readonly address: string }
  | { readonly how: 'native'; readonly program: NativeProgram }
  | { readonly how: 'docker'; readonly docker: string }
  | { readonly how: 'install'; readonly installation: Installation }
);

export interface ResolveOptions {
  readonly mode: Mode;
  readonly attach: Readonly<Partial<Record<ServiceName, string>>>;
}

/**
 * Changes nothing on the machine.
 * @throws AppError UNAVAILABLE naming every server that cannot be had, with the one line to type
 */
export async function resolveServices(
  machine: Machine,
  services: readonly Service[],
  options: ResolveOptions,
): Promise<readonly Resolution[]> {
  // Asked once, and only when some server needs it.
  let asked: Promise<string | undefined> | undefined;
  const docker = () =>
    (asked ??= options.mode === 'native' ? Promise.resolve(undefined) : dockerAnswers(machine));
  const all = await Promise.all(services.map((service) => resolve(machine, service, options, docker)));
  const missing = all.flatMap((one) => ('missing' in one ? [one] : []));
  if (missing.length > 0) throw cannotBeHad(machine, missing);
  return all.flatMap((one) => ('missing' in one ? [] : [one]));
}

interface Missing {
  readonly service: Service;
  readonly missing: string;
  readonly installation?: Installation;
}

async function resolve(
  machine: Machine,
  service: Service,
  options: ResolveOptions,
  docker: () => Promise<string | undefined>,
): Promise<Resolution | Missing> {
  const address = options.attach[service.name];
  if (address !== undefined) return { service, how: 'attach', address, why: 'given by --attach' };

  const found =
    options.mode === 'docker'
      ? { missing: 'not looked for (--mode docker)' }
      : await service.findNative(machine);
  if (!('missing' in found)) return { service, how: 'native', program: found, why: found.why };

  const program = await docker();
  if (program !== undefined) return { service, how: 'docker', docker: program, why: found.missing };
  if (options.mode === 'docker') return { service, missing: 'no Docker daemon answers' };

  const installation = await service.installation(machine);
  if ('impossible' in installation)
    return { service, missing: `${found.missing}; ${installation.impossible}` };
  if (installation.apt.length > 0 && !(machine.isRoot && machine.hasApt)) {
    return { service, missing: found.missing, installation };
  }
  return { service, how: 'install', installation, why: found.missing };
}

function cannotBeHad(machine: Machine, missing: readonly Missing[]): AppError {
  const lines = missing.map((one) => `${one.service.name}: ${one.missing}`);
  const packages = (kind: 'apt' | 'brew') => [
    ...new Set(missing.flatMap((one) => one.installation?.[kind] ?? [])),
  ];
  const brew = packages('brew');
  const apt = packages('apt');
  const install =
    machine.platform === 'darwin' && brew.length > 0
      ? `brew install ${brew.join(' ')}`
      : machine.hasApt && apt.length > 0
        ? `sudo apt-get install -y ${apt.join(' ')}`
        : `Install ${apt.length > 0 ? apt.join(', ') : 'what is named above'}, start Docker, or give --attach service=URL`;
  return new AppError('UNAVAILABLE', `the local stack lacks servers:\n  ${lines.join('\n  ')}`, {
    hint: install,
  });
}
