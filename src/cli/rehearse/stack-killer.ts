/** Blows at servers: only of the local stack of this folder, by the process that runs it. */
import type { KillPoint } from '../../bench/rehearse/names.js';
import { isRole } from '../../bench/rehearse/names.js';
import type { Config, ConfigKey } from '../../core/config/schema.js';
import { AppError } from '../../core/errors.js';
import { findLiveStack } from '../../dev/live-stack.js';
import { ADDRESS_VARIABLE, type ServiceName } from '../../dev/service-names.js';
import { askForRestart, controlSocketOf } from '../../dev/stack-control.js';
import { readStackId } from '../../dev/state-folder.js';

const ADDRESS_KEY: Readonly<Record<ServiceName, ConfigKey>> = {
  postgres: 'databaseUrl',
  redis: 'redisUrl',
  kafka: 'kafkaBrokers',
  temporal: 'temporalAddress',
};

/** @returns kills and starts again. @throws AppError REFUSED for a server that is not of the local stack of `folder` */
export function openStackKiller(
  points: readonly KillPoint[],
  config: Config,
  folder: string,
): (service: ServiceName) => Promise<void> {
  const services = points.filter((point): point is ServiceName => !isRole(point));
  if (services.length === 0)
    return () => Promise.reject(new AppError('INTERNAL', 'no server is to be killed'));
  const state = findLiveStack(folder);
  const stackId = readStackId(folder);
  const refuse = (why: string) => {
    throw new AppError('REFUSED', `--kill ${services.join(',')}: ${why}; nothing was changed`, {
      hint: 'Servers are killed only on a stack of ordersctl dev up, in its folder and with no other addresses set',
    });
  };
  if (!state || stackId === undefined) return refuse('no local stack runs in this folder');
  for (const service of services) {
    const running = state.services.find(({ name }) => name === service);
    const address = state.env[ADDRESS_VARIABLE[service]] ?? '';
    if (!isSame(config[ADDRESS_KEY[service]], address))
      return refuse(`the ${service} of this configuration is not that of the local stack`);
    if (running?.mode !== 'native')
      return refuse(
        `${service} of the local stack is ${running?.mode ?? 'unknown'} and no process of its own`,
      );
  }
  return (service) => askForRestart(controlSocketOf(stackId), service);
}

/** A database of one's own on the server is on the same server. */
function isSame(configured: Config[ConfigKey], address: string): boolean {
  const text = Array.isArray(configured) ? configured.join(',') : String(configured);
  const hostOf = (one: string) => (URL.canParse(one) && one.includes('//') ? new URL(one).host : one);
  return hostOf(text) === hostOf(address);
}
