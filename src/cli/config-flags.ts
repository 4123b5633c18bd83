/** Flags of roles that set a configuration value for this run. */
import { Option } from '@commander-js/extra-typings';
import type { ConfigFlags } from './context.js';

export const adminPortOption = () =>
  new Option('--admin-port <port>', 'port of probes and metrics (ORDERSCTL_ADMIN_PORT)');
export const hostOption = () => new Option('--host <address>', 'address to listen on (ORDERSCTL_HOST)');
export const logLevelOption = () =>
  new Option('--log-level <level>', 'trace, debug, info, warn, error, fatal or silent (LOG_LEVEL)');

/** Options are named like their settings, so they are passed on as they are; what was not given stays out. */
export function toConfigFlags(
  options: Readonly<Record<string, unknown>>,
  keys: readonly (keyof ConfigFlags)[],
): ConfigFlags {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = options[key];
      return typeof value === 'string' ? [[key, value]] : [];
    }),
  );
}
