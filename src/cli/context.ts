/** What every command is given: its world, its output, its configuration and its exit code. */
import type { Config, ConfigKey } from '../core/config/schema.js';
import type { ExaminedConfig, LoadedConfig } from '../core/config/load-config.js';
import type { GlobalFlags } from './global-flags.js';
import type { CliIo } from './io.js';
import { createOutput, type Output } from './output/output.js';

/** Values of flags as written, by setting: they win over every other source. */
export type ConfigFlags = Readonly<Partial<Record<ConfigKey, string>>>;

export type ContextInUse = Pick<Config, 'context' | 'production' | 'readOnly'>;

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
  /** The same, told instead of thrown, and with no word on stderr: for commands about the configuration itself. */
  examineConfig(): Promise<ExaminedConfig>;
  /** Says once on stderr which context is in use, if any: wherever something is changed, and always on a terminal. */
  announce(config: ContextInUse): void;
  /** The exit code of a command that printed its answer and yet did not succeed (audit: EXIT.problem). Default 0. */
  exitWith(exitCode: number): void;
  readonly exitCode: number;
}

export function createContext(io: CliIo, flags: GlobalFlags): CliContext {
  const output = createOutput(io, flags);
  let exitCode = 0;
  let announced = false;

  function announce(config: ContextInUse): void {
    if (announced || config.context === undefined) return;
    announced = true;
    output.note(output.noteColours.accent(contextText(config)));
  }

  const asked: ConfigFlags = {
    ...(flags.context !== undefined && { context: flags.context }),
    ...(flags.readOnly && { readOnly: 'true' }),
  };

  async function loadConfigWithOrigins(configFlags: ConfigFlags = {}): Promise<LoadedConfig> {
    // Loaded here, not above: zod would double the time of --help.
    const { loadConfig } = await import('../core/config/load-config.js');
    const loaded = loadConfig({ flags: { ...asked, ...configFlags }, env: io.env, cwd: io.cwd });
    for (const warning of loaded.warnings)
      output.note(`${output.noteColours.warning('warning:')} ${warning}`);
    if (io.stderr.isTTY === true) announce(loaded.config);
    return loaded;
  }

  return {
    io,
    flags,
    output,
    announce,
    loadConfigWithOrigins,
    async examineConfig() {
      const { examineConfig } = await import('../core/config/load-config.js');
      return examineConfig({ flags: asked, env: io.env, cwd: io.cwd });
    },
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

/** `context prod (production, read-only)` */
export function contextText({ context, production, readOnly }: ContextInUse): string {
  const marks = [...(production ? ['production'] : []), ...(readOnly ? ['read-only'] : [])];
  return `context ${context ?? 'none'}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`;
}
