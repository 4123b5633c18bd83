/** What every command is given: its world, its output, its configuration and its exit code. */
import type { Config, ConfigKey } from '../core/config/schema.js';
import type { LoadedConfig } from '../core/config/load-config.js';
import type { GlobalFlags } from './global-flags.js';
import type { CliIo } from './io.js';
import { createOutput, type Output } from './output/output.js';

/** Values of flags as written, by setting: they win over every other source. */
export type ConfigFlags = Readonly<Partial<Record<ConfigKey, string>>>;

export interface CliContext {
  readonly io: CliIo;
  readonly flags: GlobalFlags;
  readonly output: Output;
  /**
   * From flags, context, environment, files and the live local stack (`loadConfig` has the order). Unknown settings are noted on
   * stderr. Narrow the result with `requireSettings`.
   * @throws AppError CONFIG_INVALID with all problems at once
   */
  loadConfig(flags?: ConfigFlags): Promise<Config>;
  /** The same with the origin of each value. */
  loadConfigWithOrigins(flags?: ConfigFlags): Promise<LoadedConfig>;
  /** The exit code of a command that printed its answer and yet did not succeed (audit: EXIT.problem). Default 0. */
  exitWith(exitCode: number): void;
  readonly exitCode: number;
}

export function createContext(io: CliIo, flags: GlobalFlags): CliContext {
  const output = createOutput(io, flags);
  let exitCode = 0;

  async function loadConfigWithOrigins(configFlags: ConfigFlags = {}): Promise<LoadedConfig> {
    // Loaded here, not above: zod would double the time of --help.
    const { loadConfig } = await import('../core/config/load-config.js');
    const asked: ConfigFlags = {
      ...(flags.context !== undefined && { context: flags.context }),
      ...(flags.readOnly && { readOnly: 'true' }),
    };
    const loaded = loadConfig({ flags: { ...asked, ...configFlags }, env: io.env, cwd: io.cwd });
    for (const warning of loaded.warnings)
      output.note(`${output.noteColours.warning('warning:')} ${warning}`);
    return loaded;
  }

  return {
    io,
    flags,
    output,
    loadConfigWithOrigins,
    async loadConfig(configFlags) {
      return (await loadConfigWithOrigins(configFlags)).config;
    },
    exitWith(code) {
      exitCode = code;
    },
    get exitCode() {
      return exitCode;
    },
  };
}
