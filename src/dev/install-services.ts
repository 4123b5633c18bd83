/** Installs what was resolved as missing, and finds it again as a native program. */
import { AppError } from '../core/errors.js';
import { installPackages } from './install/apt.js';
import type { Machine } from './machine.js';
import type { Resolution } from './resolve-services.js';
import { timed, type ReportProgress } from './stack-progress.js';

type Ready = Exclude<Resolution, { how: 'install' }>;

/** @throws AppError UNAVAILABLE when an installation fails, or did not bring what it should */
export async function installServices(
  machine: Machine,
  resolutions: readonly Resolution[],
  report: ReportProgress,
): Promise<readonly Ready[]> {
  const packages = resolutions.flatMap((one) => (one.how === 'install' ? one.installation.apt : []));
  if (packages.length > 0) {
    const names = [...new Set(packages)];
    report({ phase: 'install', text: `apt-get install ${names.join(' ')} …` });
    await timed(report, { phase: 'install', text: 'packages installed, none of their servers started' }, () =>
      installPackages(machine, names),
    );
  }
  // All are waited for, even when one fails: what the others fetched is kept, and no download outlives us.
  const outcomes = await Promise.allSettled(
    resolutions.map((one) => (one.how === 'install' ? install(machine, one, report) : Promise.resolve(one))),
  );
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

async function install(
  machine: Machine,
  { service, installation }: Extract<Resolution, { how: 'install' }>,
  report: ReportProgress,
): Promise<Ready> {
  const { fetch } = installation;
  if (fetch) {
    report({ phase: 'install', service: service.name, text: `${fetch.what} …` });
    await timed(report, { phase: 'install', service: service.name, text: 'fetched and checked' }, () =>
      fetch.run(machine),
    );
  }
  const found = await service.findNative(machine);
  if ('missing' in found) {
    throw new AppError(
      'UNAVAILABLE',
      `${service.name} was installed and still cannot be used: ${found.missing}`,
    );
  }
  return { service, how: 'native', program: found, why: found.why };
}
